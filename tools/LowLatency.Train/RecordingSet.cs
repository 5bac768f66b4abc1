using LowLatency.Storage;
using LowLatency.Train.Evaluation;

namespace LowLatency.Train;

/// <summary>Recordings as the trainer uses them. Immutable; any thread.</summary>
/// <param name="Data">The labelled rows of all, recording after recording.</param>
/// <param name="Summaries">What each holds.</param>
internal sealed record RecordingSet(Dataset Data, IReadOnlyList<RecordingSummary> Summaries)
{
    /// <summary>Reads recordings, and proves for each that no feature looks ahead.</summary>
    /// <param name="files">Recordings in the user's schema.</param>
    /// <param name="progress">Told how far the reading is.</param>
    /// <param name="onTable">Given each recording's rows before they become a dataset.</param>
    public static RecordingSet Read(
        IReadOnlyList<FileInfo> files, TrainProgress progress, Action<IReadOnlyList<FeatureRow>>? onTable = null)
    {
        DatasetBuilder builder = new();
        List<RecordingSummary> summaries = [];
        foreach (FileInfo file in files)
        {
            using RecordingReader reader = new(file.FullName);
            RecordedRow[] rows = [.. progress.Follow(file.Name, reader.Rows(), reader.RowCount)];
            FeatureRow[] table = FeatureTable.Build(rows);
            if (LookAheadCheck.Find(rows, FeatureTable.Build, table) is { } cheat)
            {
                throw new TrainingException($"{file.Name}: {cheat}");
            }

            builder.AddRecording(table);
            summaries.Add(RecordingSummary.Of(file.Name, rows, table));
            onTable?.Invoke(table);
        }

        return new RecordingSet(builder.Build(), summaries);
    }
}
