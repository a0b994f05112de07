/** Hues far enough apart to tell services by, none of them the red of errors. */
const hues = [231, 168, 28, 280, 199, 96, 322, 52, 146, 258, 215, 15];

/** Colours of services in a trace: by their order, so that neighbours differ. */
export function serviceColors(services: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    services.map((service, i) => {
      const hue = hues[i % hues.length]!;
      const lightness = i < hues.length ? 0 : 12;
      return [
        service,
        `light-dark(hsl(${hue} 55% ${50 - lightness}%), hsl(${hue} 52% ${62 + lightness}%))`,
      ];
    }),
  );
}
