import { readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFiles } from '../testing/lambda-fixture.ts';
import { fileCommands, runFileCommands } from './image-steps.ts';

const step = (text: string) => ({ label: 'line 1: RUN', text, workingDirectory: '/var/task' });

function run(directory: string, text: string): void {
  const commands = fileCommands(step(text));
  if (commands === undefined) throw new Error(`${text} needs a shell`);
  runFileCommands(commands, step(text), { taskRoot: '/var/task', directory });
}

describe('the file commands of a RUN step', () => {
  it('change the files of the code folder', () => {
    const directory = temporaryFiles({ 'a.txt': 'a', 'src/b.txt': 'b' });

    run(
      directory,
      'mkdir -p conf/deep && cp a.txt "conf/deep/new name.txt" && cp src/b.txt /var/task/conf ; cd conf && touch empty && ln -s deep link && echo done',
    );

    const files = readdirSync(directory, { recursive: true }).map(String).sort();
    expect(files).toEqual([
      'a.txt',
      'conf',
      'conf/b.txt',
      'conf/deep',
      'conf/deep/new name.txt',
      'conf/empty',
      'conf/link',
      'conf/link/new name.txt',
      'src',
      'src/b.txt',
    ]);
    expect(readFileSync(join(directory, 'conf/deep/new name.txt'), 'utf8')).toBe('a');
  });

  it('change modes of files, and of folders with their content', () => {
    const directory = temporaryFiles({ 'bin/run': '', 'bin/more/run': '', other: '' });
    run(directory, 'chmod -R +x bin && chmod 600 other');

    const modeOf = (file: string): number => statSync(join(directory, file)).mode & 0o777;
    expect(modeOf('bin/run') & 0o111).toBe(0o111);
    expect(modeOf('bin/more/run') & 0o111).toBe(0o111);
    expect(modeOf('other')).toBe(0o600);
  });

  it.each([
    'npm ci',
    'mkdir a && npm ci',
    'echo x > file',
    'cp *.txt other',
    'rm a.txt',
    'mv a.txt b.txt',
    'chmod -f 600 a.txt',
    'cp $(which node) .',
    'chmod --reference=a b',
    'mkdir a & touch b',
  ])('are not the only commands of %s, so none of it is executed', (text) => {
    expect(fileCommands(step(text))).toBeUndefined();
  });

  // The code folder is four levels deep, in the image and here. If the checks failed, a path that
  // leads out of it would still be in the temporary folder.
  it.each([
    ['cp a.txt /image/deep/etc/a', /^\/image\/deep\/etc\/a is not in/],
    ['cp a.txt ../../etc/a', /^\/image\/deep\/etc\/a is not in/],
    ['cd ../.. && mkdir made', /made is not in/],
    ['touch linked/made', /linked\/made leads through a link/],
    ['cp a.txt linked', /linked leads through a link/],
    ['ln -s ../../outside here', /is not in/],
    ['ln -s /image/deep here', /relative target/],
    ['cp absent there', /ENOENT/],
    ['chmod strange a.txt', /the mode strange is not supported/],
  ])('change nothing outside of the code folder: %s', (text, message) => {
    const root = temporaryFiles({ 'image/deep/var/task/a.txt': 'a', 'image/outside/keep': '' });
    const directory = join(root, 'image/deep/var/task');
    symlinkSync(join(root, 'image/outside'), join(directory, 'linked'));
    const files = () => readdirSync(root, { recursive: true }).map(String).sort();
    const before = files();
    const step = { label: '', text, workingDirectory: '/image/deep/var/task' };

    expect(() => {
      runFileCommands(fileCommands(step) ?? [], step, {
        taskRoot: '/image/deep/var/task',
        directory,
      });
    }).toThrow(message);
    expect(files()).toEqual(before);
  });
});
