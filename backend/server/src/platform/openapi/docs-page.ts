import { ERRORS } from '@rehearse/contracts';

const rows = (): string =>
  Object.entries(ERRORS)
    .map(
      ([code, { status, title }]) =>
        `<tr id="${code}"><td><a href="#${code}"><code>${code}</code></a></td><td>${status}</td><td>${title}</td></tr>`,
    )
    .join('\n');

/** The readable documentation: the viewer over openapi.json, and the catalogue of errors that problem types lead to. */
export const docsPage = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rehearse API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<style>
body { margin: 0; font-family: system-ui, sans-serif; }
main { max-width: 1460px; margin: 0 auto; padding: 0 20px 60px; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid #ddd; }
tr:target { background: #fff3bf; }
</style>
</head>
<body>
<div id="viewer"></div>
<main>
<h2 id="errors">Errors</h2>
<p>Every error is a problem document (RFC 9457) with one of these codes.</p>
<table><thead><tr><th>code</th><th>status</th><th>title</th></tr></thead><tbody>
${rows()}
</tbody></table>
</main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

export const docsScript = (): string => `window.SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  domNode: document.getElementById('viewer'),
  deepLinking: false,
  docExpansion: 'list',
  persistAuthorization: false,
  validatorUrl: null,
});
// The table of errors stands below the viewer and moves down as that fills.
if (location.hash) setTimeout(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), 800);
`;
