/** What mouse, touch and keys do on the charts. */
export function PlotKeys() {
  return (
    <details class="plot-keys">
      <summary>Mouse and keys</summary>
      <dl id="plot-keys">
        <dt>drag, or ← →</dt>
        <dd>earlier and later; with Shift, the arrows go five times as far</dd>
        <dt>wheel, two fingers, or + −</dt>
        <dd>zoom in and out</dd>
        <dt>Shift and drag</dt>
        <dd>zoom to what is selected</dd>
        <dt>Home</dt>
        <dd>follow the present</dd>
        <dt>F</dt>
        <dd>follow, or stop following</dd>
      </dl>
      <p>The keys work while the charts have the focus: click them, or go there with Tab.</p>
    </details>
  );
}
