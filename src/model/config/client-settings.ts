import { z } from 'zod';
import { setting } from './setting.ts';
import { exactText, httpUrl } from './value-kinds.ts';

/** Settings of the commands that speak to a running server. */
export const ClientSettings = z.object({
  url: setting(httpUrl('http://localhost:3000'), {
    env: ['CASTELLAN_URL'],
    flag: '--url',
    key: 'url',
    default: 'http://localhost:3000',
    unit: 'url',
    doc: 'Where the server is, with its path where it has one.',
    group: 'Server',
  }),
  token: setting(exactText().optional(), {
    env: ['CASTELLAN_TOKEN'],
    key: 'token',
    unit: 'text',
    doc: 'API token (cst_…); needed where the server has a password.',
    secret: 'value',
    group: 'Server',
  }),
});
