import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/index.js';

/** Fetches a file with the token (a plain link could not carry it) and hands it to the browser. */
export function useDownload({ path, name }: { path: string; name: string }) {
  return useMutation({
    mutationFn: async () => {
      const url = URL.createObjectURL(await api.blob(path));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    },
  });
}
