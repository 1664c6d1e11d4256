import { DeployError } from '../errors.ts';
import { toolError, type Tools } from '../tools/index.ts';
import { contentHash, FILE_TIME_SECONDS, normaliseFiles } from './content.ts';

/** The platform, which must agree with `Architectures` in the template. */
const PLATFORM = 'linux/arm64';
/** The number of hexadecimal digits of a tag: enough that two contents never have the same tag. */
const TAG_DIGITS = 32;
/**
 * The name of the builder, which is BuildKit in a container: Docker's built-in builder can't
 * rewrite the times in layers.
 */
const BUILDER = 'blogapp';

export interface Image {
  readonly uri: string;
  /** Whether the image was built and pushed; false when the repository had it already. */
  readonly isNew: boolean;
}

/** The tag of the image of a folder: a hash of the folder's content. */
export function imageTag(context: string): string {
  return contentHash(context, [PLATFORM]).slice(0, TAG_DIGITS);
}

/**
 * Makes sure that the repository has the image of a folder. Its tag is a hash of the folder's
 * content, so an existing image is neither built nor pushed again.
 *
 * @param repository the repository's URI
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
  // Otherwise, the folders that COPY creates, and its target folder, have the time of the build.
  // https://github.com/moby/buildkit/blob/master/docs/build-repro.md#source_date_epoch
  const output = ['--tag', uri, '--output', 'type=registry,rewrite-timestamp=true'];
  // Lambda does not accept an index that has attestations beside the image.
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
