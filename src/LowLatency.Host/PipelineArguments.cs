using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Disruptor.Dsl;
using LowLatency.Inference;
using LowLatency.Pipeline;
using LowLatency.Positions;

namespace LowLatency.Host;

/// <summary>What every command that runs the pipeline takes.</summary>
internal sealed class PipelineArguments
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly Option<string> _models = new("--models")
    {
        Description = "Folder of the models",
        DefaultValueFactory = static _ => Path.Combine(AppContext.BaseDirectory, "onnx"),
    };

    private readonly Option<InferenceEngine> _engine = new("--engine")
    {
        Description = "What evaluates the models: ONNX Runtime, their compiled form, or that where it gives the same bits",
    };

    private readonly Option<string?> _settings = new("--settings")
    {
        Description = "JSON file of trading settings, e.g. {\"MoonThreshold\": 0.6}; an unknown name is an error",
    };

    private readonly Option<int?> _pin = new("--pin") { Description = "Core for the business thread; it then spins instead of sleeping" };

    private readonly Option<WaitMode> _wait = new("--wait") { Description = "How the business thread waits" };

    private readonly Option<Topology> _topology = new("--topology") { Description = "Stages on one thread or on a thread each" };

    private readonly Option<bool> _json = new("--json") { Description = "Print the summary as JSON and nothing else" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _models, _engine, _settings, _pin, _wait, _topology, _json })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>For commands that decide without a pipeline of threads: models and settings only.</summary>
    public void AddModelTo(Command command)
    {
        command.Options.Add(_models);
        command.Options.Add(_settings);
    }

    public bool Json(ParseResult arguments) => arguments.GetValue(_json);

    public ModelSource Models(ParseResult arguments) => new(arguments.GetValue(_models)!, arguments.GetValue(_engine));

    public PipelineOptions Options(ParseResult arguments, OutboxPolicy policy) => new()
    {
        PinCore = arguments.GetValue(_pin),
        Wait = arguments.GetValue(_wait),
        Topology = arguments.GetValue(_topology),
        OutboxPolicy = policy,
    };

    public TradingSettings? SettingsIfNamed(ParseResult arguments) => arguments.GetValue(_settings) is null ? null : Settings(arguments);

    public TradingSettings Settings(ParseResult arguments)
    {
        TradingSettings settings = arguments.GetValue(_settings) is { } path ? Read(path) : new TradingSettings();
        return settings.Validate() is { Count: > 0 } problems ? throw new ArgumentException(string.Join(Environment.NewLine, problems)) : settings;
    }

    private static TradingSettings Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TradingSettings>(File.ReadAllBytes(path), Strict) ?? throw new ArgumentException($"'{path}' is empty");
        }
        catch (JsonException e)
        {
            string names = string.Join(", ", typeof(TradingSettings).GetProperties().Where(static p => p.CanWrite).Select(static p => p.Name));
            throw new ArgumentException($"'{path}': {e.Message}{Environment.NewLine}known settings: {names}", e);
        }
    }
}
