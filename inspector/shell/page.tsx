/** The places of the page: who fills them lives in a folder of its own. */
import './page.css';

export function Page() {
  return (
    <div class="page">
      <header class="page-head">drover</header>
      <nav class="page-tree" aria-label="Actors" />
      <main class="page-main" />
      <aside class="page-side" aria-label="Details" />
      <footer class="page-travel" />
    </div>
  );
}
