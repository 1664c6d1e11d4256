export default function WritePage() {
  return <h1>Write</h1>;
}
