import { parseDockerfile } from './dockerfile.ts';

const lines = (...text: string[]) => text.join('\n');

describe('parseDockerfile', () => {
  it('reads runtime, files, variables and command of an image with a Lambda base image', () => {
    const image = parseDockerfile(
      lines(
        '# syntax=docker/dockerfile:1',
        'FROM --platform=linux/arm64 public.ecr.aws/lambda/nodejs:24',
        'ENV NODE_OPTIONS=--enable-source-maps LABEL="two words"',
        'ENV OLD style value',
        'COPY index.mjs index.mjs.map ${LAMBDA_TASK_ROOT}/',
        'COPY --chown=1000:1000 assets/ ./assets',
        'EXPOSE 8080',
        'CMD ["index.handler"]',
      ),
    );
    expect(image).toEqual({
      runtime: 'nodejs24.x',
      taskRoot: '/var/task',
      workingDirectory: '/var/task',
      environment: {
        LAMBDA_TASK_ROOT: '/var/task',
        NODE_OPTIONS: '--enable-source-maps',
        LABEL: 'two words',
        OLD: 'style value',
      },
      copies: [
        { sources: ['index.mjs', 'index.mjs.map'], destination: '/var/task', intoFolder: true },
        { sources: ['assets/'], destination: '/var/task/assets', intoFolder: false },
      ],
      command: ['index.handler'],
      steps: [],
      ignored: [],
    });
  });

  it('reads the last stage, with what it inherits from an earlier one', () => {
    const image = parseDockerfile(
      lines(
        'ARG VERSION=22',
        'FROM node:20 AS builder',
        'RUN npm ci \\',
        '  # a comment in between',
        '  && npm run build',
        'FROM public.ecr.aws/lambda/nodejs:$VERSION as base',
        'ARG VERSION',
        'ENV FROM_BASE=${VERSION} FALLBACK=${ABSENT:-other}',
        'FROM base',
        'WORKDIR app',
        'COPY ["with space.js", "./"]',
        'RUN echo $FALLBACK',
        'CMD [ "app.handler" ]',
      ),
    );
    expect(image).toMatchObject({
      runtime: 'nodejs22.x',
      workingDirectory: '/var/task/app',
      environment: { FROM_BASE: '22', FALLBACK: 'other' },
      copies: [{ sources: ['with space.js'], destination: '/var/task/app', intoFolder: true }],
      steps: [
        {
          label: 'line 12: RUN echo $FALLBACK',
          text: 'echo other',
          workingDirectory: '/var/task/app',
        },
      ],
      ignored: [],
    });
  });

  it.each([
    ['public.ecr.aws/lambda/python:3.13', 'python3.13', '/var/task'],
    ['public.ecr.aws/lambda/provided:al2023', 'provided.al2023', '/var/task'],
    ['amazon/aws-lambda-nodejs:20', 'nodejs20.x', '/var/task'],
    [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/lambda/nodejs:22@sha256:abc',
      'nodejs22.x',
      '/var/task',
    ],
    ['node:24-slim', 'nodejs24.x', '/function'],
    ['public.ecr.aws/docker/library/python:3.12-bookworm', 'python3.12', '/function'],
  ])('recognizes %s as %s', (image, runtime, taskRoot) => {
    expect(
      parseDockerfile(lines(`FROM ${image}`, 'WORKDIR /function', 'CMD ["a.b"]')),
    ).toMatchObject({
      runtime,
      taskRoot,
    });
  });

  it.each([
    ['', /no FROM/],
    ['FROM alpine:3', /the base image alpine:3 has no runtime/],
    [lines('FROM node:24', 'CMD node index.js'), /line 2: CMD node index\.js is the shell form/],
    [lines('FROM node:24', 'COPY alone'), /line 2: COPY needs a source and a destination/],
    [lines('FROM node:24', 'CMD ["a", 1]'), /is not a JSON array of strings/],
  ])('refuses %j', (text, message) => {
    expect(() => parseDockerfile(text)).toThrow(message);
  });

  it.each([
    [
      'files that a stage copied',
      ['COPY . .'],
      '/app/dist',
      [{ sources: ['./dist'], destination: '/var/task' }],
    ],
    [
      'files that it copied under another name',
      ['COPY src lib'],
      '/app/lib/a',
      [{ sources: ['src/a'], destination: '/var/task' }],
    ],
    [
      'the files that it copied last',
      ['COPY a ./', 'COPY b ./'],
      '/app/x',
      [{ sources: ['b/x', 'a/x'], destination: '/var/task' }],
    ],
    [
      'files below the path',
      ['COPY a x/a', 'COPY b x/b/'],
      '/app/x',
      [
        { sources: ['a'], destination: '/var/task/a' },
        { sources: ['b'], destination: '/var/task/b' },
      ],
    ],
    ['no files of another image', [], undefined, [{ sources: [], destination: '/var/task' }]],
  ])('copies from a stage %s', (_what, steps, path, copies) => {
    const from = path === undefined ? 'ghcr.io/tool:1 /tool' : `build ${path}`;
    const image = parseDockerfile(
      lines(
        'FROM node:24 AS build',
        'WORKDIR /app',
        ...steps,
        'RUN npm run build',
        'FROM public.ecr.aws/lambda/nodejs:24',
        `COPY --from=${from} ./`,
        'CMD index.handler',
      ),
    );
    expect(image.copies).toMatchObject(copies);
    expect(image.copies).toHaveLength(copies.length);
    expect(image.command).toEqual(['index.handler']);
    expect(image.ignored).toHaveLength(path === undefined ? 0 : 1);
  });
});
