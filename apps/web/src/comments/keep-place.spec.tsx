import { movedBy, placeOf } from './keep-place.ts';

/** Makes elements one below the other, each 100 px high, the first one at `top`. */
function listAt(top: number, count: number): HTMLElement {
  const list = document.createElement('ol');
  list.dataset.top = String(top);
  for (let index = 0; index < count; index += 1) list.append(item());
  document.body.append(list);
  return list;
}

/** Makes an element whose position follows from its index in the list. */
function item(): HTMLElement {
  const element = document.createElement('li');
  element.getBoundingClientRect = () => {
    const list = element.parentElement;
    const index = [...(list?.children ?? [])].indexOf(element);
    return new DOMRect(0, Number(list?.dataset.top) + index * 100, 300, 100);
  };
  return element;
}

const VIEWPORT = 500;

beforeEach(() => {
  document.body.replaceChildren();
});

test('elements that are inserted above the visible ones move these, and those below do not', () => {
  const list = listAt(-1_050, 50);
  const place = placeOf(list.children, VIEWPORT);
  list.append(item());
  expect(movedBy(place)).toBe(0);
  list.prepend(item(), item());
  expect(movedBy(place)).toBe(200);
});

test('the first visible element decides, even if it is partly visible', () => {
  const list = listAt(-250, 20);
  expect(placeOf(list.children, VIEWPORT).map(({ top }) => top)).toEqual([
    -50, 50, 150, 250, 350, 450,
  ]);
});

test('when the first visible element is deleted, the next one decides', () => {
  const list = listAt(-200, 20);
  const place = placeOf(list.children, VIEWPORT);
  place[0]?.element.remove();
  expect(movedBy(place)).toBe(-100);
});

test('nothing is kept in place when no element is visible', () => {
  for (const list of [listAt(VIEWPORT, 3), listAt(-300, 3), listAt(0, 0)]) {
    const place = placeOf(list.children, VIEWPORT);
    expect(place).toEqual([]);
    expect(movedBy(place)).toBe(0);
  }
});
