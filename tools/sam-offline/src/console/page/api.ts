/** What is wrong with a request, as the server says it. */
export class ApiError extends Error {}

type QueryValue = string | number | boolean | undefined;

/** Asks the API for something. @throws ApiError */
export async function get<Answer>(
  path: string,
  query: Readonly<Record<string, QueryValue>> = {},
): Promise<Answer> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  return answerOf<Answer>(await fetch(`/api/${path}?${parameters.toString()}`));
}

/** Changes something. @throws ApiError */
export async function send<Answer>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object = {},
): Promise<Answer> {
  return answerOf<Answer>(
    await fetch(`/api/${path}`, {
      ...{ method, headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    }),
  );
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer = (await response.json()) as Answer & { readonly message?: string };
  if (!response.ok) throw new ApiError(answer.message ?? response.statusText);
  return answer;
}

/** A part of a path, percent-encoded. */
export const part = encodeURIComponent;
