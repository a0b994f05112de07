/** What the snippets are filled in with. */
export interface SnippetFacts {
  /** `http://host:4318`. */
  readonly httpUrl: string;
  /** The ingestion key; '' where none is needed. */
  readonly key: string;
}

export interface Snippet {
  readonly id: string;
  readonly label: string;
  /** What to know before pasting. */
  readonly about: string;
  readonly parts: readonly { readonly title: string; readonly code: string }[];
}

/**
 * The settings that every OpenTelemetry SDK reads. The bare key, because some SDKs take a space in
 * a header's value and some want it as %20.
 */
function environment({ httpUrl, key }: SnippetFacts): string {
  const lines = [
    'OTEL_SERVICE_NAME=my-service',
    `OTEL_EXPORTER_OTLP_ENDPOINT=${httpUrl}`,
    'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    ...(key === '' ? [] : [`OTEL_EXPORTER_OTLP_HEADERS=authorization=${key}`]),
  ];
  return lines.map((line) => `export ${line}`).join('\n');
}

const node = (facts: SnippetFacts): Snippet => ({
  id: 'node',
  label: 'Node.js',
  about: 'Traces, metrics and logs of a Node.js program, without a change to its code.',
  parts: [
    {
      title: 'Install',
      code: 'npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node',
    },
    {
      title: 'Run',
      code: `${environment(facts)}
export OTEL_LOGS_EXPORTER=otlp
export OTEL_METRICS_EXPORTER=otlp
export NODE_OPTIONS="--require @opentelemetry/auto-instrumentations-node/register"
node app.js`,
    },
  ],
});

const python = (facts: SnippetFacts): Snippet => ({
  id: 'python',
  label: 'Python',
  about: 'Traces, metrics and logs of a Python program, without a change to its code.',
  parts: [
    {
      title: 'Install',
      code: 'pip install opentelemetry-distro opentelemetry-exporter-otlp\nopentelemetry-bootstrap -a install',
    },
    {
      title: 'Run',
      code: `${environment(facts)}
export OTEL_LOGS_EXPORTER=otlp
export OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true
opentelemetry-instrument python app.py`,
    },
  ],
});

const go = (facts: SnippetFacts): Snippet => ({
  id: 'go',
  label: 'Go',
  about: 'A first span. The exporter reads its settings from the environment.',
  parts: [
    {
      title: 'Install',
      code: 'go get go.opentelemetry.io/otel go.opentelemetry.io/otel/sdk go.opentelemetry.io/contrib/exporters/autoexport',
    },
    {
      title: 'main.go',
      code: `package main

import (
	"context"
	"log"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	ctx := context.Background()
	exporter, err := autoexport.NewSpanExporter(ctx)
	if err != nil {
		log.Fatal(err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
	defer provider.Shutdown(ctx)
	otel.SetTracerProvider(provider)

	_, span := otel.Tracer("hello").Start(ctx, "hello")
	span.End()
}`,
    },
    { title: 'Run', code: `${environment(facts)}\ngo run .` },
  ],
});

const java = (facts: SnippetFacts): Snippet => ({
  id: 'java',
  label: 'Java',
  about: 'Traces, metrics and logs of a Java program, by the OpenTelemetry agent.',
  parts: [
    {
      title: 'Download',
      code: 'curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar',
    },
    {
      title: 'Run',
      code: `${environment(facts)}
export OTEL_LOGS_EXPORTER=otlp
java -javaagent:./opentelemetry-javaagent.jar -jar app.jar`,
    },
  ],
});

const dotnet = (facts: SnippetFacts): Snippet => ({
  id: 'dotnet',
  label: '.NET',
  about: 'Traces, metrics and logs of an ASP.NET Core program.',
  parts: [
    {
      title: 'Install',
      code: `dotnet add package OpenTelemetry.Extensions.Hosting
dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol
dotnet add package OpenTelemetry.Instrumentation.AspNetCore`,
    },
    {
      title: 'Program.cs',
      code: `using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

builder.Services.AddOpenTelemetry()
    .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation())
    .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation())
    .WithLogging()
    .UseOtlpExporter();`,
    },
    { title: 'Run', code: `${environment(facts)}\ndotnet run` },
  ],
});

const collector = ({ httpUrl, key }: SnippetFacts): Snippet => ({
  id: 'collector',
  label: 'Collector',
  about: 'For an OpenTelemetry Collector that receives already: one more exporter.',
  parts: [
    {
      title: 'config.yaml',
      code: `exporters:
  otlphttp/castellan:
    endpoint: ${httpUrl}
    compression: zstd${key === '' ? '' : `\n    headers:\n      authorization: Bearer ${key}`}

service:
  pipelines:
    logs:
      exporters: [otlphttp/castellan]
    traces:
      exporters: [otlphttp/castellan]
    metrics:
      exporters: [otlphttp/castellan]`,
    },
  ],
});

const curl = ({ httpUrl, key }: SnippetFacts): Snippet => ({
  id: 'curl',
  label: 'curl',
  about: 'One log record, to see that it works.',
  parts: [
    {
      title: 'Send',
      code: `curl ${httpUrl}/v1/logs \\
  -H 'content-type: application/json' \\${key === '' ? '' : `\n  -H 'authorization: Bearer ${key}' \\`}
  -d '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"hello"}}]},"scopeLogs":[{"logRecords":[{"severityText":"INFO","severityNumber":9,"body":{"stringValue":"Hello, Castellan"}}]}]}]}'`,
    },
  ],
});

/** Ready to paste, commonest first. */
export const renderSnippets = (facts: SnippetFacts): Snippet[] =>
  [curl, node, python, go, java, dotnet, collector].map((render) => render(facts));
