import type { RunSummary } from '@rehearse/contracts';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/index.js';
import { shortId } from '../../ui/format.js';

/** Fetches the cassette with the token (a plain link could not carry it) and hands it to the browser as a file. */
export function useDownload(run: RunSummary) {
  return useMutation({
    mutationFn: async () => {
      const url = URL.createObjectURL(await api.blob(`/runs/${run.id}/cassette`));
      const link = document.createElement('a');
      link.href = url;
      link.download = `${run.graph}-${run.caseId ?? 'run'}-${shortId(run.id)}.jsonl`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    },
  });
}
