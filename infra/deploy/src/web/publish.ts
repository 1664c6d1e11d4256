import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../environment/index.ts';
import { toolError, type Tools } from '../tools/index.ts';
import { configFile, type WebOutputs } from './config.ts';
import {
  CACHE_CONTROL,
  entityTag,
  FILE_KINDS,
  kindOf,
  type FileKind,
  type SiteFile,
} from './site.ts';

const objectsSchema = z.nullish(z.array(z.object({ Key: z.string(), ETag: z.string() })));

/** What is needed to publish the web app. */
export interface Surroundings {
  readonly environment: Environment;
  readonly tools: Tools;
  /** The folder for the files to upload; each kind of file gets a folder in it. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

interface Changes {
  /** Files that are new, or have another content than in the bucket. */
  readonly upload: readonly SiteFile[];
  /** Paths in the bucket that are not in the site any more. */
  readonly remove: readonly string[];
  /** Paths whose old content CloudFront may have in its cache. */
  readonly stale: readonly string[];
}

/**
 * Uploads the changed files of the web app: first those that pages refer to, then the pages, so
 * that each page finds its files whenever an upload stops. Files whose names are hashes stay,
 * because an open page may still load them.
 *
 * @param site the export; `config.json` is added here
 * @param confirm asks before the first change, and throws when it is refused
 * @throws DeployError when the AWS CLI fails; nothing is removed until everything is uploaded
 */
export async function publishSite(
  surroundings: Surroundings,
  site: readonly SiteFile[],
  outputs: WebOutputs,
  confirm: () => Promise<void>,
): Promise<void> {
  const { environment, say } = surroundings;
  const { WebBucketName: bucket, WebUrl: url } = outputs;
  const config = configFile(environment, outputs);
  const files = [...site.filter(({ path }) => path !== config.path), config];
  const changes = compare(files, await objectsOf(surroundings, bucket));
  if (changes.upload.length + changes.remove.length === 0) {
    say(`${url}: nothing changes`);
  } else {
    await confirm();
    for (const kind of FILE_KINDS) await upload(surroundings, bucket, kind, changes.upload);
    for (const path of changes.remove) await remove(surroundings, bucket, path);
    await invalidate(surroundings, outputs.WebDistributionId, changes.stale);
    say(`${url}: ${changes.upload.length} uploaded, ${changes.remove.length} removed`);
  }
  for (const line of hints(surroundings, outputs)) say(line);
}

/** Removes everything from the bucket, because CloudFormation deletes only an empty bucket. */
export async function emptyBucket(tools: Tools, bucket: string): Promise<void> {
  const args = ['s3', 'rm', `s3://${bucket}`, '--recursive', '--only-show-errors'];
  const result = await tools.aws(...args);
  if (result.code !== 0) throw toolError("Removing the web app's files", 'aws', args, result);
}

async function objectsOf({ tools }: Surroundings, bucket: string): Promise<Map<string, string>> {
  const listed = await tools.awsJson(
    "Listing the web app's files",
    // The CLI reads all pages by itself.
    ...[
      's3api',
      'list-objects-v2',
      '--bucket',
      bucket,
      '--query',
      'Contents[].{Key:Key,ETag:ETag}',
    ],
  );
  const objects = objectsSchema.parse(listed) ?? [];
  return new Map(objects.map(({ Key, ETag }) => [Key, ETag.replaceAll('"', '')]));
}

function compare(files: readonly SiteFile[], objects: ReadonlyMap<string, string>): Changes {
  const paths = new Set(files.map(({ path }) => path));
  const upload = files.filter((file) => objects.get(file.path) !== entityTag(file));
  const remove = [...objects.keys()].filter((path) => !paths.has(path) && !isHashed(path));
  const replaced = upload.map(({ path }) => path).filter((path) => objects.has(path));
  return { upload, remove, stale: [...replaced, ...remove].flatMap(urlPathsOf).toSorted() };
}

const isHashed = (path: string): boolean => kindOf(path) === 'assets';

/**
 * The paths under which CloudFront may have a file in its cache: also those of requests, which the
 * function WebPaths changes.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
function urlPathsOf(path: string): readonly string[] {
  const own = `/${encodeURI(path)}`;
  return own.endsWith('/index.html') ? [own, own.slice(0, -'index.html'.length)] : [own];
}

async function upload(
  { tools, folder: parent }: Surroundings,
  bucket: string,
  kind: FileKind,
  changed: readonly SiteFile[],
): Promise<void> {
  const files = changed.filter((file) => file.kind === kind);
  const folder = join(parent, kind);
  rmSync(folder, { recursive: true, force: true });
  if (files.length === 0) return;
  for (const { path, bytes } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const args = ['s3', 'cp', folder, `s3://${bucket}`, '--recursive', '--only-show-errors'];
  const result = await tools.aws(...args, '--cache-control', CACHE_CONTROL[kind]);
  if (result.code === 0) return;
  const purpose = `Uploading the web app's ${kind} (every page is still complete; repeat the command)`;
  throw toolError(purpose, 'aws', args, result);
}

async function remove({ tools }: Surroundings, bucket: string, path: string): Promise<void> {
  const args = ['s3', 'rm', `s3://${bucket}/${path}`, '--only-show-errors'];
  const result = await tools.aws(...args);
  if (result.code !== 0) throw toolError(`Removing ${path}`, 'aws', args, result);
}

async function invalidate(
  { tools }: Surroundings,
  distribution: string,
  stale: readonly string[],
): Promise<void> {
  if (stale.length === 0) return;
  await tools.awsJson(
    'Invalidating the changed paths in CloudFront (everything is uploaded, and is shown within a minute)',
    ...['cloudfront', 'create-invalidation', '--distribution-id', distribution],
    ...['--paths', ...stale],
  );
}

/** Reasons why the web app can not work yet, although it is uploaded. */
function hints(
  { environment }: Surroundings,
  { WebUrl, WebOrigin }: WebOutputs,
): readonly string[] {
  const { name, firebase, acceptsUnsignedTokens } = environment;
  const file = `infra/sam/environments/${name}.yaml`;
  return [
    ...(WebOrigin === WebUrl
      ? []
      : [
          `${WebUrl} may not read the API's responses: webOrigin of ${file} is ${WebOrigin}. ` +
            'Set WebCertificateArn for its host, or remove webOrigin to use the address above, and deploy again.',
        ]),
    ...(firebase.apiKey !== undefined || acceptsUnsignedTokens
      ? []
      : [`Nobody can sign in at ${WebUrl} yet: ${file} has no firebaseApiKey.`]),
  ];
}
