import { render } from 'preact';
import { Client } from './api/client.ts';
import { App } from './app.tsx';
import { Store } from './live/store.ts';
import './style/base.css';
import './style/timeline.css';
import './style/detail.css';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element "app".');
const base = location.pathname.replace(/\/_ringback\/ui\/?$/, '');
render(<App client={new Client(base)} store={new Store()} />, root);
