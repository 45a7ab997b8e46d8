/** Finds out where the page has its facts from, and shows them. */
import { render } from 'preact';
import './style.css';
import { openSource } from './shell/open-source.ts';
import { Page } from './shell/page.tsx';
import { followTheme } from './shell/theme.ts';

const place = document.getElementById('app');
if (place !== null) {
  followTheme();
  render(<Page />, place);
  void openSource();
}
