/** A field for each argument that the help tells of. */
import { type Field, oddness, type RequestForm } from "../../model/requests/request_help";
import { visible } from "../../model/words";
import type { Arguments } from "./use_arguments";

interface Props {
  readonly form: RequestForm;
  readonly written: Arguments;
}

export function ArgumentFields({ form, written }: Props) {
  if (form.source === "nothing") return null;
  if (form.fields.length === 0) return <p class="no-arguments">It takes no arguments.</p>;
  const { texts } = written;
  if (texts === null) {
    return <p class="no-arguments">What is in the line does not fit into fields.</p>;
  }
  return (
    <div class="argument-fields">
      {form.fields.map((field, position) => (
        <Entry
          key={field.name}
          field={field}
          text={texts[position] ?? ""}
          onText={(text) => written.setText(position, text)}
        />
      ))}
    </div>
  );
}

interface EntryProps {
  readonly field: Field;
  readonly text: string;
  readonly onText: (text: string) => void;
}

function Entry({ field, text, onText }: EntryProps) {
  const { name, note, isOptional, isRepeated } = field;
  const odd = oddness(field, text);
  return (
    <label class="argument" for={`argument-${field.name}`}>
      <span>
        <b>{visible(name)}</b>
        {isOptional && " (optional)"}
        {isRepeated && " (several)"}
      </span>
      <Input field={field} text={text} onText={onText} />
      {note !== "" && <small>{visible(note)}</small>}
      {odd !== null && <small class="odd">{odd}; it is sent as it is</small>}
    </label>
  );
}

function Input({ field, text, onText }: EntryProps) {
  const choices = field.kind === "boolean" ? ["1", "0"] : field.choices;
  if (choices.length > 0 && (text === "" || choices.includes(text))) {
    return (
      <select
        id={`argument-${field.name}`}
        name={field.name}
        value={text}
        onChange={({ currentTarget: { value } }) => onText(value)}
      >
        <option value="">{field.isOptional ? "(not given)" : "choose"}</option>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  return (
    <input
      id={`argument-${field.name}`}
      name={field.name}
      type="text"
      inputMode={field.kind === "integer" || field.kind === "float" ? "decimal" : "text"}
      autocomplete="off"
      spellcheck={false}
      value={text}
      onInput={({ currentTarget: { value } }) => onText(value)}
    />
  );
}
