/** An error that is for the reader of the terminal: its message says what to do, a stack would only hide it. */
export class SetupFailure extends Error {
  isForUser = true;
}
