import { clock } from './format.ts';
import { download } from './ui.tsx';

/**
 * Saves the page as one HTML file without scripts: the present document, its style, and the charts
 * as images.
 */
export async function saveSnapshot(): Promise<void> {
  const copy = document.documentElement.cloneNode(true) as HTMLElement;
  const canvases = [...document.querySelectorAll('canvas')];
  copy.querySelectorAll('canvas').forEach((canvas, index) => {
    const image = document.createElement('img');
    const original = canvases[index];
    if (original !== undefined) {
      image.src = original.toDataURL('image/png');
      image.style.cssText = original.style.cssText;
      image.alt = 'chart';
    }
    canvas.replaceWith(image);
  });
  copy.querySelectorAll('script, link, noscript').forEach((element) => {
    element.remove();
  });
  copy.querySelectorAll('input').forEach((input, index) => {
    input.setAttribute('value', document.querySelectorAll('input')[index]?.value ?? '');
  });
  const style = document.createElement('style');
  style.textContent = await (await fetch('/console.css')).text();
  copy.querySelector('head')?.append(style);
  const note = document.createElement('p');
  note.className = 'snapshot-note';
  note.textContent = `Snapshot of ${location.href}, ${new Date().toISOString()}`;
  copy.querySelector('main')?.prepend(note);
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  copy.querySelector('head')?.prepend(policy);
  const name = `sam-offline-${clock(Date.now()).slice(0, 8).replaceAll(':', '')}.html`;
  download(name, 'text/html', `<!doctype html>\n${copy.outerHTML}`);
}
