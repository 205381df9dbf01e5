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
      const kept = { told: new Map(), latest: 0 };
      addEventListener("popstate", () => kept.told.clear()); // who goes back or forward wants what the address says
      return kept;
    };
    this.kept = globalThis.latentLabMessages ??= made(); // of the whole page: a component that is closed and opened is another
  }

  // With every data. Returns whether what the server says has to replace what is shown: at first, after Back and Forward, and when
  // another session answers, but never while the latest message has not been heard, because the server's word is older then.
  //
  // Afterwards `behind` is whether it has not been heard, `latest` what it said, `renewed` whether the session is another than a
  // moment ago, and `before` what the session before this one had heard.
  takes({ heard: { about, session, at }, version }, set) {
    const told = this.kept.told.get(about);
    const another = this.version !== version || this.session !== session;
    this.renewed = this.session !== undefined && this.session !== session;
    Object.assign(this, { about, session, version, set });
    const lost = told !== undefined && told.session !== session;
    if (told && !lost && at >= told.at) told.heard = true;
    this.behind = told !== undefined && !told.heard;
    this.latest = told?.value;
    this.before = lost && told.heard ? told.value : undefined;
    // An answer to the message before is no sign of a loss, so there is some patience; a message told twice is only heard twice.
    if (this.behind && (lost || Date.now() - told.at > LATE)) this.tell(told.value);
    else if (lost) told.session = session;
    return another && !this.behind;
  }

  tell(value) {
    const at = (this.kept.latest = Math.max(Date.now(), this.kept.latest + 1)); // the same message again is another one
    this.kept.told.set(this.about, { value, at, session: this.session, heard: false });
    this.set(this.name, { ...value, at });
  }
}
