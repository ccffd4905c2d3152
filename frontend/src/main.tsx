import '@mantine/core/styles.css';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './app/tokens.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from 'zod/mini';
import { App } from './app/App.js';
import { cspNonce } from './ui/csp-nonce.js';
import { adoptThemeVariables } from './app/theme.js';

// zod would try `new Function`, which the policy of the page refuses and reports.
config({ jitless: true });
setNonce(cspNonce() ?? '');
adoptThemeVariables();

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
