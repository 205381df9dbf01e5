// Says when the next of several steps is due: `pace` seconds after the last one was drawn. Shows nothing.

const PATIENCE = 3000; // milliseconds until it says so once more, should nothing have come of it

export default function ({ data: [{ step, pace }], parentElement, setStateValue }) {
  const clock = (parentElement.clock ??= {});
  const say = () => {
    setStateValue("due", step);
    clock.timer = setTimeout(say, PATIENCE);
  };
  if (clock.step !== step) {
    clearTimeout(clock.timer);
    clock.step = step;
    clock.timer = setTimeout(say, 1000 * pace);
  }
  return () => clearTimeout(clock.timer);
}
