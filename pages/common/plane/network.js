// Networks in the browser: reads the files of core/maps/browser_files.py and runs a network's steps, one input at a time.

// Every half-precision number as a float: 65,536 of them are quicker to look up than to take apart.
const HALVES = Float32Array.from({ length: 65536 }, (_, bits) => {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});
const READ = {
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes), (bits) => HALVES[bits]),
  F32: (bytes) => new Float32Array(bytes),
  I16: (bytes) => new Int16Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
};

// A safetensors file: eight bytes with the length of a JSON header, the header, the numbers.
function readFile(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: about, ...entries } = header;
  const tensors = {};
  for (const [name, { dtype, data_offsets: [from, to] }] of Object.entries(entries)) {
    tensors[name] = READ[dtype](buffer.slice(8 + length + from, 8 + length + to));
  }
  return { about, tensors };
}

class Network {
  constructor({ about, tensors }) {
    this.steps = JSON.parse(about.steps).map((step, k) => {
      const size = { spread: step.sideOut ** 2 * step.out, pool: (step.side / 2) ** 2 * step.channels }[step.kind];
      const output = new Float32Array(size ?? (step.pixels ?? 0) * step.channels);
      return { ...step, output, weight: tensors[`${k}.weight`], bias: tensors[`${k}.bias`] };
    });
  }

  // Numbers in, numbers out; the result is overwritten by the next run. `film` holds the scales and shifts of an every-beta
  // network at its beta.
  run(input, film) {
    let h = input;
    let used = 0;
    for (const step of this.steps) {
      const bent = BENT[step.kind];
      if (step.kind === "relu") for (let i = 0; i < h.length; i++) h[i] = h[i] > 0 ? h[i] : 0;
      else if (bent) for (let i = 0; i < h.length; i++) h[i] = bent(h[i], step.by);
      else if (step.kind === "film") {
        const n = step.channels;
        for (let i = 0; i < n; i++) h[i] = h[i] * film[used + i] + film[used + n + i];
        used += 2 * n;
      } else h = RUN[step.kind](step, h);
    }
    return h;
  }
}

// Activations, one number at a time; `by` is the layer's parameter.
const BENT = {
  leaky: (v, by) => (v > 0 ? v : by * v),
  elu: (v, by) => (v > 0 ? v : by * Math.expm1(v)),
  gelu: (v) => (v / 2) * (1 + erf(v / Math.SQRT2)),
  gelutanh: (v) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))),
  silu: (v) => v / (1 + Math.exp(-v)),
  tanh: (v) => Math.tanh(v),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  softplus: (v, by) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(by * v))) / by,
};

// The error function, off by at most 1.5e-7: Abramowitz & Stegun 1964, 7.1.26.
function erf(v) {
  const t = 1 / (1 + 0.3275911 * Math.abs(v));
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(v) * (1 - sum * Math.exp(-v * v));
}

const RUN = {
  // Each input pixel adds its kernel to the output. ReLUs leave about half of the numbers at 0; those are passed over, and the
  // others are taken four at a time, so that the output is read and written a quarter as often.
  spread({ in: inputs, out: outputs, side, sideOut, kernel, stride, padding, weight, bias, output }, input) {
    for (let i = 0; i < output.length; i += outputs) output.set(bias, i);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = (y * side + x) * inputs;
        let count = 0;
        for (let c = 0; c < inputs; c++) if (input[from + c] !== 0) BUSY[count++] = c;
        if (count === 0) continue;
        for (let ky = 0; ky < kernel; ky++) {
          const yOut = y * stride - padding + ky;
          if (yOut < 0 || yOut >= sideOut) continue;
          for (let kx = 0; kx < kernel; kx++) {
            const xOut = x * stride - padding + kx;
            if (xOut < 0 || xOut >= sideOut) continue;
            const tap = (ky * kernel + kx) * inputs * outputs;
            add(output, (yOut * sideOut + xOut) * outputs, outputs, input, from, weight, tap, count);
          }
        }
      }
    }
    return output;
  },

  pool({ channels, side, output }, input) {
    const half = side / 2;
    const row = side * channels;
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        const from = 2 * y * row + 2 * x * channels;
        const to = (y * half + x) * channels;
        for (let c = 0; c < channels; c++) {
          const i = from + c;
          output[to + c] = Math.max(input[i], input[i + channels], input[i + row], input[i + row + channels]);
        }
      }
    }
    return output;
  },

  // PyTorch keeps a picture channel by channel, here it is kept pixel by pixel.
  unflatten({ channels, pixels, output }, input) {
    for (let c = 0; c < channels; c++) for (let p = 0; p < pixels; p++) output[p * channels + c] = input[c * pixels + p];
    return output;
  },

  flatten({ channels, pixels, output }, input) {
    for (let c = 0; c < channels; c++) for (let p = 0; p < pixels; p++) output[c * pixels + p] = input[p * channels + c];
    return output;
  },
};

const BUSY = new Int32Array(4096); // as many numbers as a layer may have

// output[to + o] += sum over the busy inputs c of input[from + c] * weight[tap + c * outputs + o]
function add(output, to, outputs, input, from, weight, tap, count) {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const [c0, c1, c2, c3] = [BUSY[k], BUSY[k + 1], BUSY[k + 2], BUSY[k + 3]];
    const [v0, v1, v2, v3] = [input[from + c0], input[from + c1], input[from + c2], input[from + c3]];
    const [w0, w1, w2, w3] = [tap + c0 * outputs, tap + c1 * outputs, tap + c2 * outputs, tap + c3 * outputs];
    for (let o = 0; o < outputs; o++) {
      output[to + o] += v0 * weight[w0 + o] + v1 * weight[w1 + o] + v2 * weight[w2 + o] + v3 * weight[w3 + o];
    }
  }
  for (; k < count; k++) {
    const v = input[from + BUSY[k]];
    const w = tap + BUSY[k] * outputs;
    for (let o = 0; o < outputs; o++) output[to + o] += v * weight[w + o];
  }
}

// Logits to bytes of grey, as core.pictures.images.to_uint8 makes them.
function grey(logits, bytes) {
  for (let i = 0; i < logits.length; i++) bytes[i] = Math.round(255 / (1 + Math.exp(-logits[i])));
  return bytes;
}

function softmax(logits) {
  const top = Math.max(...logits);
  const parts = Array.from(logits, (value) => Math.exp(value - top));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / sum);
}
