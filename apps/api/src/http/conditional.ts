import { ProblemError } from '@blogapp/problems';

/** An entity tag, strong or weak (RFC 9110, section 8.8.3). */
const ENTITY_TAG = /^(?:W\/)?"[\u0021\u0023-\u007e\u0080-\u00ff]*"$/;
/** The end of a compressed response's tag: its bytes differ, so its tag must differ too. */
const ENCODING_SUFFIX = /-(?:gzip|br)$/;

/** What `If-Match` names: any version, or one of a list of tags. */
export type IfMatch = { readonly kind: 'any' } | { readonly kind: 'tags'; readonly tags: string[] };

/**
 * Reads `If-Match`: its strong tags, without quotes and without what compression added.
 *
 * @throws ProblemError when it is missing (428) or malformed (400)
 */
export function readIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) {
    throw new ProblemError('precondition-required', {
      detail: 'Name the version of the post in If-Match: send the ETag that you read it with',
    });
  }
  if (header.trim() === '*') return { kind: 'any' };
  const tags = entityTagsOf(header);
  if (tags === undefined) {
    throw new ProblemError('malformed-request', {
      detail: 'If-Match is malformed',
      errors: [{ parameter: 'If-Match', detail: 'is neither * nor a list of entity tags' }],
    });
  }
  // Weak tags never match here: RFC 9110, section 13.1.1.
  return { kind: 'tags', tags: tags.filter((tag) => !tag.startsWith('W/')).map(opaqueTag) };
}

/**
 * Whether `If-None-Match` names this tag (RFC 9110, section 13.1.2); a malformed header names no
 * tag.
 */
export function isNotModified(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return entityTagsOf(header)?.some((tag) => opaqueTag(tag) === etag) ?? false;
}

function entityTagsOf(header: string): string[] | undefined {
  // Our tags contain no commas, so a tag that is split at a comma is not ours.
  const tags = header.split(',').map((tag) => tag.trim());
  return tags.every((tag) => ENTITY_TAG.test(tag)) ? tags : undefined;
}

function opaqueTag(tag: string): string {
  return tag.replace(/^W\//, '').slice(1, -1).replace(ENCODING_SUFFIX, '');
}
