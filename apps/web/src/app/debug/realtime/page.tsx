export default function RealtimePage() {
  return <h1>Realtime</h1>;
}
