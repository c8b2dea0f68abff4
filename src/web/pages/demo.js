// The demonstration: draws what the server tells, and tells it what the debtor says. Text is only ever set as text.
"use strict";

const at = (id) => document.getElementById(id);
const words = JSON.parse(at("mind").dataset.words);
let story = null;
let looked = null;

function make(tag, kind, ...inside) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...inside.filter((part) => part !== null && part !== undefined));
  return element;
}

const chosen = () => at("case").value;
const chip = (said, kind) => make("span", `badge ${kind || said.name}`, said.words);
const heading = (text) => make("h2", "", text);
const plain = (turn) => turn.pieces.map((piece) => piece.text).join("");

async function refresh() {
  const asked = chosen();
  const response = await fetch(`/demo/cases/${asked}.json`);
  if (!response.ok || asked !== chosen()) return;
  story = await response.json();
  draw();
}

async function post(address, body) {
  const headers = { "content-type": "application/json" };
  await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
}

function draw() {
  at("creditor").textContent = story.creditor;
  at("clock").textContent = story.now;
  drawTalk();
  drawMind();
}

function drawTalk() {
  const list = at("bubbles");
  list.replaceChildren();
  let day = "";
  story.turns.forEach((turn, index) => {
    // What was never sent never reached the telephone.
    if (turn.side === "note" || (turn.side === "out" && !["sent", "delivered"].includes(turn.sending.state.name))) return;
    if (turn.day !== day) list.append(make("li", "day", (day = turn.day)));
    const mine = turn.side === "in";
    const bubble = make(mine ? "button" : "p", "bubble", plain(turn));
    if (mine) {
      bubble.type = "button";
      bubble.setAttribute("aria-pressed", String(index === lookedAt()));
      bubble.addEventListener("click", () => { looked = index; draw(); });
    }
    list.append(make("li", mine ? "turn mine" : "turn", bubble, make("p", "meta", turn.hour)));
  });
  list.scrollTop = list.scrollHeight;
}

// The turn explained on the right: the one that was clicked, else the last one that is not ours.
function lookedAt() {
  if (looked !== null && story.turns[looked]) return looked;
  return story.turns.findLastIndex((turn) => turn.side !== "out");
}

function drawMind() {
  const index = lookedAt();
  const turn = story.turns[index];
  drawReading(turn);
  drawEffect(turn);
  drawAnswer(turn, index);
  drawDesk();
}

function drawReading(turn) {
  const card = at("reading");
  if (!turn) return card.replaceChildren(make("p", "empty", words.first));
  if (!turn.reading) return card.replaceChildren(heading(words.happened), make("p", "quote", turn.effect ? turn.effect.stimulus.words : plain(turn)));
  const read = turn.reading;
  const bar = make("b");
  bar.style.width = `${read.percent}%`;
  const sure = make("div", read.acted ? "sure" : "sure low", make("span", "", words.confidence), make("i", "", bar), make("span", "", `${read.percent} %`));
  const intent = make("div", "intent", make("strong", "", read.intent.words), sure);
  const chips = make("div", "chips");
  if (!read.acted) chips.append(make("span", "badge warn", words.not_sure));
  read.also.forEach((also) => chips.append(make("span", "badge", `${words.also} : ${also.words}`)));
  read.facts.forEach((fact) => chips.append(make("span", "badge closed", `${fact.label} : ${fact.value}`)));
  read.signals.forEach((signal) => chips.append(chip(signal, "bad")));
  card.replaceChildren(heading(words.reading), intent, ...drawWords(turn), chips);
}

// Their words, those that decided highlighted; what was concluded shows beneath, and lights up under the pointer.
function drawWords(turn) {
  const quote = make("p", "quote", "« ");
  const lines = new Map();
  const line = (why) => {
    const key = `${why.concluded}|${why.rule}`;
    if (!lines.has(key)) lines.set(key, { why, words: [], item: make("li") });
    return lines.get(key);
  };
  turn.pieces.forEach((piece) => {
    if (!piece.why.length) return quote.append(piece.text);
    const mark = make("mark", "", piece.text);
    mark.tabIndex = 0;
    mark.title = piece.why.map((why) => `${why.concluded} (${why.rule})`).join("\n");
    const own = piece.why.map(line);
    own.forEach((each) => each.words.push(`« ${piece.text.trim()} »`));
    const light = (on) => own.forEach((each) => each.item.classList.toggle("lit", on));
    ["mouseenter", "focus"].forEach((event) => mark.addEventListener(event, () => light(true)));
    ["mouseleave", "blur"].forEach((event) => mark.addEventListener(event, () => light(false)));
    quote.append(mark);
  });
  quote.append(" »");
  turn.reading.unspoken.forEach(line);
  lines.forEach(({ why, words, item }) => {
    item.append(words.length ? `${words.join(" ")} → ` : "", why.concluded, make("small", "", ` – ${why.rule}`));
  });
  return [quote, make("ul", "reasons", ...[...lines.values()].map((each) => each.item))];
}

function drawEffect(turn) {
  const card = at("effect");
  if (!turn || !turn.effect) return card.replaceChildren();
  const { before, after, moved, rules } = turn.effect;
  const steps = make("div", "steps", chip(before), "→", chip(after));
  if (!moved) steps.append(make("small", "", words.unmoved));
  const list = make("ul", "rules", ...rules.map((rule) => {
    const line = make("li", "", rule.words);
    line.title = rule.name;
    return line;
  }));
  card.replaceChildren(heading(words.effect), steps, heading(words.rules), list);
}

function drawAnswer(turn, index) {
  const card = at("answer");
  if (!turn) return card.replaceChildren();
  const answers = [];
  for (const next of story.turns.slice(index + 1)) {
    if (next.side !== "out") break;
    answers.push(next);
  }
  const told = answers.flatMap((answer) => {
    const { state, rule, until, encoding, units, segments } = answer.sending;
    const kind = { sent: "settled", delivered: "settled", held: "warn", refused: "bad", failed: "bad" }[state.name] || "closed";
    const weight = words.weight.replace("{encoding}", encoding.words).replace("{units}", units).replace("{segments}", segments);
    const fate = [until && words.until.replace("{value}", until), rule && rule.words].filter(Boolean).join(", ");
    return [make("p", "said", plain(answer)), make("p", "meta", chip(state, kind), ` ${fate} `, weight)];
  });
  card.replaceChildren(heading(words.answer), ...(told.length ? told : [make("p", "empty", words.silence)]));
}

function drawDesk() {
  at("now").textContent = story.now;
  const timers = story.timers.map((timer) => make("div", "", make("dt", "", timer.label), make("dd", "", timer.value)));
  at("timers").replaceChildren(...(timers.length ? timers : [make("div", "", make("dt", "", words.none))]));
  at("advance").disabled = !story.waits;
  const tasks = story.tasks.map((task) => make("li", "", task.kind.words, task.due_on ? make("small", "", ` ${task.due_on}`) : null));
  at("tasks").className = tasks.length ? "" : "none";
  at("tasks").replaceChildren(...(tasks.length ? tasks : [make("li", "", words.none)]));
}

async function say(text) {
  if (!text.trim()) return;
  looked = null;
  at("text").value = "";
  await post(`/demo/cases/${chosen()}/say`, { text });
}

at("say").addEventListener("submit", (event) => { event.preventDefault(); say(at("text").value); });
at("ideas").addEventListener("click", (event) => { if (event.target.dataset.say) say(event.target.dataset.say); });
at("remind").addEventListener("click", () => { looked = null; post(`/demo/cases/${chosen()}/remind`, {}); });
at("advance").addEventListener("click", () => { looked = null; post("/demo/advance", { case: chosen() }); });
at("case").addEventListener("change", () => { looked = null; refresh(); });

const events = new EventSource("/demo/events");
events.onmessage = () => { at("offline").hidden = true; refresh(); };
events.onerror = () => { at("offline").hidden = false; };
