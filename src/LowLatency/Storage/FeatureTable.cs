using System.Globalization;
using LowLatency.Features;
using LowLatency.Pools;

namespace LowLatency.Storage;

/// <summary>One row of a recording with its quality, features and label, as the trainer and <c>features</c> use it.</summary>
public struct FeatureRow
{
    /// <summary>Id of the row in the recording.</summary>
    public long Id;

    /// <summary>Pool id, base58.</summary>
    public string PoolId;

    /// <summary>The normalised row, with its quality.</summary>
    public PoolUpdate Update;

    /// <summary>Observations of the pool's segment so far, this one included; 0 where it is no observation.</summary>
    public int SegmentObservations;

    /// <summary>Features; all NaN where it is no observation.</summary>
    public FeatureVector Features;

    /// <summary>The label; <see cref="ClosedHorizon.Status"/> is meaningful only for observations.</summary>
    public ClosedHorizon Label;
}

/// <summary>Features and labels of a whole recording, by the same classes that serve live. Skips what the boundary rejects.</summary>
public static class FeatureTable
{
    /// <summary>Reads <paramref name="rows"/> once and returns every row that is not of a test or unknown pool.</summary>
    public static FeatureRow[] Build(IEnumerable<RecordedRow> rows)
    {
        FeatureEngine engine = new(PoolTable.DefaultCapacity);
        Collected collected = new();
        HorizonLabeler labeler = new(PoolTable.DefaultCapacity, collected);
        WindowView window = default;
        foreach ((string poolId, PoolUpdate update, RowBegins begins) in ClassifiedRows.Of(rows))
        {
            FeatureRow built = new() { Id = update.SourceId, PoolId = poolId, Update = update };
            labeler.OnRow(built.Update.TimestampMs, begins.HasFlag(RowBegins.FeedStretch));
            if (built.Update.Quality.IsObservation())
            {
                engine.OnObservation(built.Update, begins.HasFlag(RowBegins.Segment), ref built.Features, ref window);
                built.SegmentObservations = window.SegmentObservations;
                labeler.OnObservation(built.Update, collected.Rows.Count);
            }
            else
            {
                ((Span<double>)built.Features).Fill(double.NaN);
            }

            collected.Rows.Add(built);
        }

        labeler.OnEnd();
        return [.. collected.Rows];
    }

    /// <summary>Header of <see cref="WriteCsv"/>: the columns of the golden files.</summary>
    public static string CsvHeader { get; } =
        $"id,pool_id,quality,price,{string.Join(',', FeatureSchema.Names.ToArray())},label_status,future_max_gain,future_min_gain,future_min_quote,will_moon,will_rug";

    /// <summary>Writes <paramref name="rows"/> as CSV, in order of id; an empty cell is missing, numbers are shortest round-trip.</summary>
    public static void WriteCsv(TextWriter writer, IEnumerable<FeatureRow> rows)
    {
        writer.Write(CsvHeader + "\n");
        foreach (FeatureRow row in rows.OrderBy(static r => r.Id))
        {
            bool observation = row.Update.Quality.IsObservation();
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{row.Id},{row.PoolId},{row.Update.Quality},"));
            writer.Write(observation ? Cell(row.Update.Price) : "");
            foreach (double value in row.Features)
            {
                writer.Write("," + Cell(value));
            }

            writer.Write(observation ? $",{row.Label.Status}" : ",");
            ClosedHorizon label = row.Label;
            writer.Write(observation && label.IsLabelled
                ? $",{Cell(label.FutureMaxGain)},{Cell(label.FutureMinGain)},{Cell(label.FutureMinQuote)},{(label.WillMoon ? 1 : 0)},{(label.WillRug ? 1 : 0)}\n"
                : ",,,,,\n");
        }
    }

    private static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Collected : IHorizonSink
    {
        public List<FeatureRow> Rows { get; } = [];

        public void OnClosed(in ClosedHorizon horizon) =>
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Rows)[(int)horizon.Tag].Label = horizon;
    }
}
