import type { PersonaUploadAnswer, UploadAnswer } from '@rehearse/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/index.js';
import { announce } from '../../ui/announcements.js';

/** Uploads a text and shows the version that it became. */
export function useUpload(onSaved: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (source: string) => api.yaml<UploadAnswer | PersonaUploadAnswer>('/graphs/upload', source),
    onSuccess: async (answer) => {
      onSaved();
      if (!('graph' in answer)) {
        const names = answer.personas.map(({ name }) => name).join(', ');
        return announce(`kept for all graphs: ${names}`, 'good');
      }
      const { graph } = answer;
      await client.invalidateQueries({ queryKey: ['graphs'] });
      announce(`${graph.name} is version ${graph.version}`, 'good');
      await navigate({
        to: '/graphs/$graph',
        params: { graph: graph.name },
        search: { version: graph.version },
      });
    },
  });
}
