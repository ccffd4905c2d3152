/** The stable codes of what can be wrong with an expression before it ever runs. */
export type ExpressionIssueCode =
  | 'expression/syntax'
  | 'expression/unknown-name'
  | 'expression/type'
  | 'expression/regex'
  | 'expression/limit'
  | 'expression/integer-division'
  | 'expression/unknown-event';

/** One finding about the text of an expression or template. */
export interface ExpressionIssue {
  code: ExpressionIssueCode;
  severity: 'error' | 'warning';
  message: string;
  /** Where it begins in the source, from 0, in UTF-16 code units. */
  offset: number;
  /** How much of the source it concerns; at least 1 but at the very end of the source. */
  length: number;
  /** How to mend it, as in ``did you mean `inputs`?``. */
  suggestion?: string;
}

/** The stable codes of what can go wrong while an expression is evaluated. */
export type EvaluationErrorCode =
  | 'expression/missing-field'
  | 'expression/type'
  | 'expression/number'
  | 'expression/regex'
  | 'expression/limit';

/** Why an evaluation has no value. `path` names the field that is missing, as in `inputs.order.id`. */
export interface EvaluationError {
  code: EvaluationErrorCode;
  message: string;
  path?: string;
}

/** Thrown inside an evaluation and caught at its edge; it never leaves this folder. */
export class EvaluationFailure extends Error {
  readonly detail: EvaluationError;

  constructor(detail: EvaluationError) {
    super(detail.message);
    this.detail = detail;
  }
}
