import { writeFileSync } from 'node:fs';
import { renderChecksPage } from '../../core/health/checks-markdown.ts';
import { checks } from '../../core/health/index.ts';
import { CastellanSettings } from '../../model/config/castellan-config.ts';
import { ClientSettings } from '../../model/config/client-settings.ts';
import { renderConfigurationPage } from '../../model/config/config-markdown.ts';
import { renderCliPage } from './cli-markdown.ts';
import { createProgram } from './start.ts';
import { openTerminal } from './terminal.ts';

/** Writes the pages of docs/ that are made from the code: `npm run docs`. */
const pages = {
  'configuration.md': renderConfigurationPage(CastellanSettings, ClientSettings),
  'checks.md': renderChecksPage(checks),
  'cli.md': renderCliPage(createProgram(openTerminal())),
};
for (const [name, text] of Object.entries(pages))
  writeFileSync(new URL(`../../../docs/${name}`, import.meta.url), text);
