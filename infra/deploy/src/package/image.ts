import { DeployError } from '../errors.ts';
import { toolError, type Tools } from '../tools/index.ts';
import { contentHash, FILE_TIME_SECONDS, normaliseFiles } from './content.ts';

/** As `Architectures` in the template. */
const PLATFORM = 'linux/arm64';
/** Hexadecimal digits of a tag: enough that no two contents ever share one. */
const TAG_DIGITS = 32;
/** BuildKit in a container: Docker's built-in builder can't rewrite the times in layers. */
const BUILDER = 'blogapp';

export interface Image {
  readonly uri: string;
  /** False when the repository had it. */
  readonly isNew: boolean;
}

/** The tag of the image that is built from a folder: a hash of what is in it. */
export function imageTag(context: string): string {
  return contentHash(context, [PLATFORM]).slice(0, TAG_DIGITS);
}

/**
 * Makes sure that the repository has the image of a folder. Its tag is a hash of the folder's
 * content, so an image that is there is neither built nor pushed again.
 *
 * @param repository its URI, as ECR gives it
 * @param context the folder with the Dockerfile
 * @throws DeployError when Docker or ECR fails
 */
export async function ensureImage(
  tools: Tools,
  repository: string,
  context: string,
  say: (line: string) => void,
): Promise<Image> {
  const [registry = '', ...path] = repository.split('/');
  const tag = imageTag(context);
  const uri = `${repository}:${tag}`;
  const lookUp = ['ecr', 'describe-images', '--repository-name', path.join('/')];
  const found = await tools.aws(...lookUp, '--image-ids', `imageTag=${tag}`);
  if (found.code === 0) {
    say(`The API's image is in the repository: ${uri}`);
    return { uri, isNew: false };
  }
  if (!found.stderr.includes('ImageNotFoundException')) {
    throw toolError("Looking for the API's image", 'aws', lookUp, found);
  }
  say(`The API's image is not in the repository; building it: ${uri}`);
  tools.require('docker');
  await logIn(tools, registry);
  await ensureBuilder(tools);
  normaliseFiles(context);
  const build = ['buildx', 'build', '--builder', BUILDER, '--platform', PLATFORM, '--pull'];
  // The folders that COPY makes, and the one it copies into, have the hour of the build otherwise.
  // https://github.com/moby/buildkit/blob/master/docs/build-repro.md#source_date_epoch
  const output = ['--tag', uri, '--output', 'type=registry,rewrite-timestamp=true'];
  // Lambda does not take an index with attestations beside the image.
  const alone = ['--provenance=false', '--sbom=false'];
  const built = await tools.run('docker', [...build, ...output, ...alone, context], {
    isShown: true,
    env: { SOURCE_DATE_EPOCH: String(FILE_TIME_SECONDS) },
  });
  if (built.code !== 0) {
    throw new DeployError(
      `Building the API's image failed: docker ended with ${built.code}; the stack is as it was. ` +
        'On an x86 machine Docker needs QEMU for arm64: docker run --privileged --rm tonistiigi/binfmt --install arm64',
    );
  }
  return { uri, isNew: true };
}

async function ensureBuilder(tools: Tools): Promise<void> {
  if ((await tools.run('docker', ['buildx', 'inspect', BUILDER])).code === 0) return;
  const args = ['buildx', 'create', '--name', BUILDER, '--driver', 'docker-container'];
  const result = await tools.run('docker', args);
  if (result.code !== 0) throw toolError('Making a builder', 'docker', args, result);
}

async function logIn(tools: Tools, registry: string): Promise<void> {
  const password = await tools.aws('ecr', 'get-login-password');
  if (password.code !== 0) {
    throw toolError('Getting a password for ECR', 'aws', ['ecr', 'get-login-password'], password);
  }
  const args = ['login', '--username', 'AWS', '--password-stdin', registry];
  const result = await tools.run('docker', args, { input: password.stdout });
  if (result.code !== 0) throw toolError('Logging in to ECR', 'docker', args, result);
}
