import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answer, envelope } from '../../../model/api/envelope.ts';
import {
  Diagnostic,
  FacetsBody,
  FacetsData,
  FieldsData,
  FieldsQuery,
  HistogramBody,
  HistogramData,
  ValuesBody,
  ValuesData,
} from '../../../model/telemetry/search-api.ts';
import { planSearch } from '../search/planned-search.ts';
import type { SearchContext } from '../search/search-context.ts';
import { searchFacets } from '../search/search-facets.ts';
import { searchFields } from '../search/search-fields.ts';
import { searchHistogram } from '../search/search-histogram.ts';
import { searchValues } from '../search/search-values.ts';
import { failures } from './api-failures.ts';
import { clientSignal } from './client-signal.ts';

const tags = ['search'];
const Cost = z.object({ rowsRead: z.number(), bytesRead: z.number(), elapsedMs: z.number() });
const CountMeta = Cost.extend({ warnings: z.array(Diagnostic) });

/** What a search is made of: histogram, facets, fields and values. */
export const countRoutes =
  (context: SearchContext): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/search/histogram',
      {
        schema: {
          operationId: 'histogram',
          summary: 'Count the rows of a search over time',
          description: 'The total is the count of rows of the same search.',
          tags,
          body: HistogramBody,
          response: {
            200: envelope(HistogramData, CountMeta.extend({ sql: z.string() })),
            ...failures,
          },
        },
      },
      async (request, reply) => {
        const search = await planSearch(context, request.body);
        const { data, meta } = await searchHistogram(
          context,
          search,
          request.body,
          clientSignal(reply),
        );
        return answer(data, { ...meta, warnings: [...meta.warnings] });
      },
    );

    app.post(
      '/search/facets',
      {
        schema: {
          operationId: 'facets',
          summary: 'Count the most frequent values of fields',
          tags,
          body: FacetsBody,
          response: { 200: envelope(FacetsData, CountMeta), ...failures },
        },
      },
      async (request, reply) => {
        const search = await planSearch(context, request.body);
        const { data, meta } = await searchFacets(
          context,
          search,
          request.body,
          clientSignal(reply),
        );
        return answer(data, { ...meta, warnings: [...meta.warnings] });
      },
    );

    app.get(
      '/search/fields',
      {
        schema: {
          operationId: 'fields',
          summary: 'List what a query may name: columns and the keys of maps',
          tags,
          querystring: FieldsQuery,
          response: { 200: envelope(FieldsData, z.object({})), ...failures },
        },
      },
      async (request, reply) =>
        answer({ fields: await searchFields(context, request.query.source, clientSignal(reply)) }),
    );

    app.post(
      '/search/values',
      {
        schema: {
          operationId: 'values',
          summary: 'List values of a field that start with a prefix, most frequent first',
          tags,
          body: ValuesBody,
          response: { 200: envelope(ValuesData, z.object({})), ...failures },
        },
      },
      async (request, reply) =>
        answer({ values: await searchValues(context, request.body, clientSignal(reply)) }),
    );
  };
