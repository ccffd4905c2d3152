// Kill -9 of a worker at random moments, while runs go on on two of them.
import { amidACrowd } from './crowd.mjs';
import { pause } from './graphs.mjs';

export const about = 'workers die by kill -9 at random moments while runs go on';

export async function run({ arena, quick, random, say, check, figure }) {
  const [kills, active] = quick ? [3, 10] : [20, 50];
  await amidACrowd({ arena, active, check, figure }, async ({ workers, places, witness }) => {
    for (let kill = 1; kill <= kills; kill++) {
      await pause(random.between(50, 1_500));
      const [victim, isSameHome] = [random.below(2), random.coin()];
      await witness.look();
      await workers[victim].end('SIGKILL');
      const home = isSameHome ? ['one', 'two'][victim] : `other-${kill}`;
      say(`kill ${kill}: worker ${victim + 1}, followed on ${isSameHome ? 'the same home' : 'another home'}`);
      workers[victim] = await arena.worker({ ...places, home });
    }
  });
}
