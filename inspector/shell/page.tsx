/** The places of the page, and the keys that work everywhere. */
import { useEffect, useState } from 'preact/hooks';
import { view } from '../model/session.ts';
import { Tree } from '../tree/tree.tsx';
import { Announcer } from './announcer.tsx';
import { Banner } from './banner.tsx';
import { Head } from './head.tsx';
import { Help } from './help.tsx';
import { followKeys } from './keys.ts';
import './page.css';
import { mainViews, sideParts, travelBar as TravelBar } from './places.tsx';
import { Splitter } from './splitter.tsx';
import { Tabs } from './tabs.tsx';
import { followTitle } from './title.ts';

export function Page() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  useEffect(() => followKeys({ help: () => setHelpOpen((open) => !open) }), []);
  useEffect(followTitle, []);
  const shown = mainViews.find((one) => one.view === view.value) ?? mainViews[0];
  const Shown = shown?.component;
  return (
    <div class="page">
      <Head onHelp={() => setHelpOpen(true)} />
      <Banner />
      <nav class="page-tree" aria-label="Supervision tree">
        <Tree />
      </nav>
      <Splitter side="tree" label="Width of the tree" from={240} to={760} />
      <main class="page-main">
        <Tabs views={mainViews} />
        <div class="page-view" role="tabpanel" id="view" aria-labelledby={`tab-${shown?.view}`}>
          {Shown === undefined ? null : <Shown key={shown?.view} />}
        </div>
      </main>
      <Splitter side="side" label="Width of the details" from={220} to={640} />
      <aside class="page-side" aria-label="Details">
        {sideParts.map((Part) => (
          <Part key={Part.name} />
        ))}
      </aside>
      <footer class="page-travel">{TravelBar === null ? null : <TravelBar />}</footer>
      <Announcer />
      {isHelpOpen ? <Help onClose={() => setHelpOpen(false)} /> : null}
    </div>
  );
}
