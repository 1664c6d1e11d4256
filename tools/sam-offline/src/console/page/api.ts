/** A problem with a request, in the words of the server. */
export class ApiError extends Error {}

type QueryValue = string | number | boolean | undefined;

/**
 * Sends a GET to the API.
 *
 * @throws ApiError
 */
export async function get<Data>(
  path: string,
  query: Readonly<Record<string, QueryValue>> = {},
): Promise<Data> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  return dataOf<Data>(await fetch(`/api/${path}?${parameters.toString()}`));
}

/**
 * Sends a change to the API.
 *
 * @throws ApiError
 */
export async function send<Data>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object = {},
): Promise<Data> {
  return dataOf<Data>(
    await fetch(`/api/${path}`, {
      ...{ method, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    }),
  );
}

async function dataOf<Data>(response: Response): Promise<Data> {
  const data = (await response.json()) as Data & { readonly message?: string };
  if (!response.ok) throw new ApiError(data.message ?? response.statusText);
  return data;
}

/** The message of an error, for the reader. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Percent-encodes a part of a path. */
export const part = encodeURIComponent;
