import { render } from 'preact';
import './style.css';

const place = document.getElementById('app');
if (place !== null) render(<p>drover inspector</p>, place);
