using LowLatency.Inference;

namespace LowLatency.Pipeline;

/// <summary>
/// One thread at a time, never the hot one. Looks whether another version has been promoted, loads and warms it, and posts it
/// to the pipeline; disposes what no longer serves. A version that is refused is told once, and the last good one serves on.
/// </summary>
/// <param name="modelsDirectory">The models folder.</param>
/// <param name="engine">What is to evaluate the versions.</param>
/// <param name="serving">The model that the pipeline was built with.</param>
/// <param name="exchange">The pipeline's.</param>
/// <param name="announce">Hears of each model before it can predict.</param>
/// <param name="report">Takes a line for people.</param>
public sealed class ChampionWatch(
    string modelsDirectory, InferenceEngine engine, FoundationModel serving, ModelExchange exchange, Action<FoundationModel> announce, Action<string> report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _pointer = Path.Combine(modelsDirectory, ModelFiles.Champion);
    private string _manifestSeen = serving.ManifestSha256;
    private DateTime _written;
    private string? _refusal;

    /// <summary>Looks once a second until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>One look: no more than a file's time, unless it has changed.</summary>
    public void Look()
    {
        exchange.TakeRetired()?.Dispose();
        DateTime written = File.GetLastWriteTimeUtc(_pointer);
        if (written == _written || !exchange.IsEmpty)
        {
            return;
        }

        _written = written;
        try
        {
            ChampionPointer champion = ModelFiles.ReadChampion(modelsDirectory);
            if (champion.ManifestSha256 != _manifestSeen)
            {
                _manifestSeen = champion.ManifestSha256;
                Post(FoundationModel.LoadVersion(modelsDirectory, champion.Foundation, champion.ManifestSha256, engine));
            }
        }
        catch (ModelRefusedException e)
        {
            if (e.Message != _refusal)
            {
                _refusal = e.Message;
                report($"{e.Message}; the model before it serves on");
            }
        }
    }

    private void Post(FoundationModel model)
    {
        model.WarmUp();
        announce(model);
        report($"{model.Description} predicts from the next row on");
        if (!exchange.TryPost(model))
        {
            throw new InvalidOperationException("another loader posts to the same pipeline");
        }
    }
}
