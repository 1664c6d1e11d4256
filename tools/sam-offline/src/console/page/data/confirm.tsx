import { useEffect, useRef, useState } from 'preact/hooks';

/** Buttons, each of which asks for a confirmation before it acts. */
export function Confirm<Action extends string>({
  actions,
  question,
  isDisabled = false,
  dangerous = [],
  onConfirm,
}: {
  /** The label of each button, with the text of its question. */
  actions: Readonly<Record<Action, string>>;
  question: (action: Action) => string;
  isDisabled?: boolean;
  dangerous?: readonly NoInfer<Action>[];
  onConfirm: (action: Action) => Promise<void>;
}) {
  const [asked, setAsked] = useState<Action>();
  const confirming = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // After the dialog, the focus goes back to the button that was pressed.
    confirming.current?.focus();
  }, [asked]);
  if (asked === undefined) {
    return (
      <div class="tools">
        {(Object.keys(actions) as Action[]).map((action) => (
          <button
            key={action}
            type="button"
            class={dangerous.includes(action) ? 'danger' : ''}
            disabled={isDisabled}
            onClick={() => {
              setAsked(action);
            }}
          >
            {action}
          </button>
        ))}
      </div>
    );
  }
  return (
    <div class="tools" role="alertdialog" aria-label="Confirm the change">
      <span>{question(asked)}</span>
      <button
        type="button"
        class="danger"
        ref={confirming}
        onClick={() => {
          setAsked(undefined);
          void onConfirm(asked);
        }}
      >
        {actions[asked]}
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          setAsked(undefined);
        }}
      >
        Cancel
      </button>
    </div>
  );
}
