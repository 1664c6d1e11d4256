import {
  readStreamRecord,
  toAwsSequenceNumber,
  toLocalSequenceNumber,
  type ExistingTable,
  type ExpiredItems,
  type StreamRecord,
  type StreamViewType,
} from '../services/index.ts';

/** What is needed to translate the records of the stack's streams. */
export interface StreamTranslation {
  readonly region: string;
  readonly tables: readonly ExistingTable[];
  readonly expired?: ExpiredItems;
}

type Json = Readonly<Record<string, unknown>>;

/** Separates the table's name and the local DynamoDB's shard iterator. */
const ITERATOR_SEPARATOR = '|1|';

/**
 * Translates a request for the local DynamoDB, which has its own sequence numbers and shard
 * iterators. Its iterators do not contain the table's name.
 */
export function translateStreamRequest(
  operation: string,
  text: string,
): { readonly text: string; readonly tableName?: string } {
  if (operation === 'GetShardIterator') {
    const request = parseObject(text);
    const tableName = /:table\/([^/"]+)\/stream\//.exec(String(request?.StreamArn))?.[1];
    return {
      text: text.replace(
        /("SequenceNumber"\s*:\s*")(\d+)"/,
        (_match, start: string, number: string) => `${start}${toLocalSequenceNumber(number)}"`,
      ),
      ...(tableName !== undefined && { tableName }),
    };
  }
  if (operation !== 'GetRecords') return { text };
  const request = parseObject(text);
  if (typeof request?.ShardIterator !== 'string') return { text };
  const [tableName = '', iterator] = request.ShardIterator.split(ITERATOR_SEPARATOR);
  if (iterator === undefined) return { text };
  return { text: JSON.stringify({ ...request, ShardIterator: iterator }), tableName };
}

/**
 * Translates a response of the local DynamoDB to AWS's form: it has the template's view types, no
 * records of writes that changed nothing, and `userIdentity` in records of items that TTL deleted.
 *
 * @param tableName the name that `translateStreamRequest` found in the request
 */
export function translateStreamResponse(
  operation: string,
  text: string,
  translation: StreamTranslation,
  tableName?: string,
): string {
  const response = parseObject(text);
  if (response === undefined) return text;
  switch (operation) {
    case 'GetRecords': {
      const table = translation.tables.find((candidate) => candidate.tableName === tableName);
      const { region, expired } = translation;
      const origin = {
        region,
        ...(table?.streamViewType && { streamViewType: table.streamViewType }),
        ...(tableName !== undefined && { tableName }),
        ...(expired && { expired }),
      };
      const records = response.Records as readonly StreamRecord[] | undefined;
      return JSON.stringify({
        ...response,
        Records: records?.flatMap((record) => {
          const read = readStreamRecord(record, origin);
          return read === undefined ? [] : [{ ...read, ...identityOf(read) }];
        }),
        ...withTable('NextShardIterator', response, tableName),
      });
    }
    case 'GetShardIterator':
      return JSON.stringify({ ...response, ...withTable('ShardIterator', response, tableName) });
    case 'DescribeStream':
      return JSON.stringify(
        withViewType(response, 'StreamDescription', translation.tables),
      ).replace(
        /("(?:Starting|Ending)SequenceNumber"\s*:\s*")(\d+)"/g,
        (_match, start: string, number: string) => `${start}${toAwsSequenceNumber(number)}"`,
      );
    case 'DescribeTable':
    case 'UpdateTable':
    case 'DeleteTable': {
      const name = operation === 'DescribeTable' ? 'Table' : 'TableDescription';
      return JSON.stringify(withViewType(response, name, translation.tables));
    }
    default:
      return text;
  }
}

/**
 * Converts `userIdentity`. The names in the API (API_streams_Identity) differ from those in the
 * event of an event source mapping.
 */
function identityOf({ userIdentity }: StreamRecord): Json {
  const identity = userIdentity as Json | undefined;
  if (identity === undefined) return {};
  return { userIdentity: { PrincipalId: identity.principalId, Type: identity.type } };
}

function withTable(name: string, response: Json, tableName: string | undefined): Json {
  const iterator = response[name];
  if (typeof iterator !== 'string' || tableName === undefined) return {};
  return { [name]: `${tableName}${ITERATOR_SEPARATOR}${iterator}` };
}

/** Sets the template's view type in the description that the response has under `name`. */
function withViewType(response: Json, name: string, tables: readonly ExistingTable[]): Json {
  const description = response[name] as Json | undefined;
  const table = tables.find(({ tableName }) => tableName === description?.TableName);
  if (description === undefined || table?.streamViewType === undefined) return response;
  return { ...response, [name]: replaceViewType(description, table.streamViewType) };
}

function replaceViewType(description: Json, viewType: StreamViewType): Json {
  const specification = description.StreamSpecification as Json | undefined;
  return {
    ...description,
    ...(description.StreamViewType !== undefined && { StreamViewType: viewType }),
    ...(specification?.StreamViewType !== undefined && {
      StreamSpecification: { ...specification, StreamViewType: viewType },
    }),
  };
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
