// What a component tells the server is kept here until the server says that it has heard it: a message is lost if the server goes
// away, and whoever has drawn or pinned something meanwhile is not to lose it when another server, which knows nothing of the
// visit, shows what the address says. Every data of a component has `heard`, see messages.py: what its messages are about, which
// session listens, and when the latest message was told that it has heard.

const LATE = 15000; // milliseconds after which what has not been heard in the same session is told once more

class Messages {
  // Of a component whose state `name` the messages are.
  constructor(name) {
    this.name = name;
    const made = () => {
      const kept = { unheard: new Map(), latest: 0, steps: 0 };
      addEventListener("popstate", () => {
        kept.unheard.clear(); // who goes back or forward wants what the address says
        kept.steps += 1;
      });
      return kept;
    };
    this.kept = globalThis.latentLabMessages ??= made(); // of the whole page: a component that is closed and opened is another
    this.steps = this.kept.steps;
  }

  // With every data. Returns whether what the server says has to replace what is shown: at first, after Back and Forward, and when
  // another session answers, but never while the latest message has not been heard, because the server's word is older then.
  takes({ heard: { about, session, at }, version }, set) {
    const unheard = this.kept.unheard.get(about);
    const another = this.version !== version || this.session !== session;
    this.fresh = this.session !== undefined && this.session !== session && this.steps === this.kept.steps; // knows nothing of us
    Object.assign(this, { about, session, version, set, steps: this.kept.steps, behind: false });
    if (!unheard) return another;
    if (at >= unheard.at) {
      this.kept.unheard.delete(about);
      return another;
    }
    this.behind = true;
    this.waiting = unheard.value;
    // no oftener: an answer to the message before is no sign of a loss, and a message told twice is only heard twice
    if (unheard.session !== session || Date.now() - unheard.at > LATE) this.tell(unheard.value);
    return false;
  }

  tell(value) {
    const at = (this.kept.latest = Math.max(Date.now(), this.kept.latest + 1)); // the same message again is another one
    this.kept.unheard.set(this.about, { value, at, session: this.session });
    this.set(this.name, { ...value, at });
  }
}
