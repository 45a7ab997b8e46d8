// The whole stack, up before the first test and gone after the last.
import { globalServices } from 'drover/vitest';

export default globalServices({ config: '.', ports: ['COUNTER_PORT', 'FRONT_PORT'] });
