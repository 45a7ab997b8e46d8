// Inspects an ordinary XState application, which supervises nothing: a crossing with a
// button, an order of two parallel halves that asks a promise, and something that breaks.
//   node examples/inspect-any.mjs
import { createInspector } from 'drover/inspector';
import { assign, createActor, fromPromise, sendTo, setup } from 'xstate';

const crossing = setup({
  delays: { green: 4_000, yellow: 1_000, red: 3_000 },
  guards: { someoneWaits: ({ context }) => context.waiting > 0 },
  actions: {
    arrive: assign({ waiting: ({ context }) => context.waiting + 1 }),
    walk: assign({ waiting: 0 }),
  },
}).createMachine({
  id: 'crossing',
  context: { waiting: 0 },
  initial: 'green',
  on: { 'button.pressed': { actions: 'arrive' } },
  states: {
    green: { tags: ['up'], after: { green: { guard: 'someoneWaits', target: 'yellow' } } },
    yellow: { tags: ['busy'], after: { yellow: 'red' } },
    red: { tags: ['down'], entry: 'walk', after: { red: 'green' } },
  },
});

const order = setup({
  actors: {
    charge: fromPromise(
      ({ input }) =>
        new Promise((resolve, reject) => {
          const settle = () =>
            input.attempt < 3 ? reject(new Error('card declined')) : resolve({ receipt: 4711 });
          setTimeout(settle, 800);
        }),
    ),
  },
  delays: { packing: 2_000, patience: 1_500 },
}).createMachine({
  id: 'order',
  context: { attempt: 1, receipt: null },
  type: 'parallel',
  states: {
    payment: {
      initial: 'charging',
      states: {
        charging: {
          invoke: {
            src: 'charge',
            input: ({ context }) => ({ attempt: context.attempt, password: 'is not shown' }),
            onDone: {
              target: 'paid',
              actions: assign({ receipt: ({ event }) => event.output.receipt }),
            },
            onError: 'declined',
          },
        },
        declined: {
          after: {
            patience: {
              target: 'charging',
              actions: assign({ attempt: ({ context }) => context.attempt + 1 }),
            },
          },
        },
        paid: { type: 'final' },
      },
    },
    parcel: {
      initial: 'packing',
      states: { packing: { after: { packing: 'ready' } }, ready: { type: 'final' } },
    },
  },
});

const bomb = setup({
  actions: {
    explode: () => {
      throw new Error('the bomb has gone off');
    },
  },
  delays: { fuse: 5_000 },
}).createMachine({
  id: 'bomb',
  initial: 'ticking',
  states: { ticking: { after: { fuse: { actions: 'explode' } } } },
});

const town = setup({
  actors: { crossing, order, bomb },
  delays: { someTime: 2_500 },
}).createMachine({
  id: 'town',
  initial: 'busy',
  invoke: [
    { id: 'crossing', src: 'crossing' },
    { id: 'order', src: 'order' },
    { id: 'bomb', src: 'bomb', onError: '.shaken' },
  ],
  states: {
    busy: {
      after: {
        someTime: {
          target: 'busy',
          reenter: true,
          actions: sendTo('crossing', { type: 'button.pressed' }),
        },
      },
    },
    shaken: { after: { someTime: 'busy' } },
  },
});

const actor = createActor(town, { id: 'town' }).start();
const inspector = await createInspector(actor, { title: 'a small town', control: true });
console.log(inspector.controlUrl);

process.once('SIGINT', async () => {
  await inspector.close();
  actor.stop();
});
