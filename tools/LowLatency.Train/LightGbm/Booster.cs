using System.Runtime.InteropServices;
using System.Text;

namespace LowLatency.Train.LightGbm;

/// <summary>
/// One thread at a time. A boosted model that LightGBM trained in this process, through its C API. Same rows, weights and
/// parameters give the same model, byte for byte: one thread, deterministic, seeded.
/// </summary>
public sealed class Booster : IDisposable
{
    private readonly int _columns;
    private nint _dataset;
    private nint _booster;

    private Booster(nint dataset, nint booster, int columns) => (_dataset, _booster, _columns) = (dataset, booster, columns);

    /// <summary>Trains a binary classifier.</summary>
    /// <param name="features">Row-major, <paramref name="columns"/> a row; NaN = missing.</param>
    /// <param name="columns">Features of a row.</param>
    /// <param name="labels">0 or 1.</param>
    /// <param name="weights">Positive.</param>
    /// <param name="parameters">Shape and seed.</param>
    /// <param name="onTree">Told after each tree how many there are.</param>
    /// <exception cref="TrainingException">The native library is not there, or it refuses.</exception>
    public static Booster Train(
        float[] features, int columns, float[] labels, float[] weights, BoosterParameters parameters, Action<int>? onTree = null)
    {
        try
        {
            return TrainNative(features, columns, labels, weights, parameters, onTree);
        }
        catch (DllNotFoundException e)
        {
            throw new TrainingException(
                "LightGBM's native library does not load. It needs OpenMP: apt-get install libgomp1. " + e.Message, e);
        }
    }

    /// <summary>The model in LightGBM's text form.</summary>
    public string ToText()
    {
        byte[] text = new byte[1 << 16];
        Check(NativeLightGbm.BoosterSaveModelToString(_booster, 0, -1, 0, text.Length, out long length, text));
        if (length > text.Length)
        {
            text = new byte[length];
            Check(NativeLightGbm.BoosterSaveModelToString(_booster, 0, -1, 0, text.Length, out length, text));
        }

        return Encoding.UTF8.GetString(text, 0, (int)length - 1);
    }

    /// <summary>LightGBM's own raw scores of row-major rows: the third opinion of the parity check.</summary>
    public double[] PredictRaw(float[] features)
    {
        double[] scores = new double[features.Length / _columns];
        Check(NativeLightGbm.BoosterPredictForMat(
            _booster, features, NativeLightGbm.Float32, scores.Length, _columns, 1, NativeLightGbm.RawScore, 0, -1,
            "num_threads=1", out _, scores));
        return scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_booster != 0)
        {
            _ = NativeLightGbm.BoosterFree(_booster);
            _booster = 0;
        }

        if (_dataset != 0)
        {
            _ = NativeLightGbm.DatasetFree(_dataset);
            _dataset = 0;
        }
    }

    private static Booster TrainNative(
        float[] features, int columns, float[] labels, float[] weights, BoosterParameters parameters, Action<int>? onTree)
    {
        string text = parameters.ToString();
        nint dataset = 0;
        nint booster = 0;
        try
        {
            Check(NativeLightGbm.DatasetCreateFromMat(
                features, NativeLightGbm.Float32, labels.Length, columns, 1, text, 0, out dataset));
            Check(NativeLightGbm.DatasetSetField(dataset, "label", labels, labels.Length, NativeLightGbm.Float32));
            Check(NativeLightGbm.DatasetSetField(dataset, "weight", weights, weights.Length, NativeLightGbm.Float32));
            Check(NativeLightGbm.BoosterCreate(dataset, text, out booster));
            for (int tree = 1; tree <= parameters.Trees; tree++)
            {
                Check(NativeLightGbm.BoosterUpdateOneIter(booster, out int finished));
                onTree?.Invoke(tree);
                if (finished != 0)
                {
                    break;
                }
            }

            Booster trained = new(dataset, booster, columns);
            (dataset, booster) = (0, 0);
            return trained;
        }
        finally
        {
            new Booster(dataset, booster, columns).Dispose();
        }
    }

    private static void Check(int answer)
    {
        if (answer != 0)
        {
            throw new TrainingException("LightGBM: " + Marshal.PtrToStringUTF8(NativeLightGbm.LastError()));
        }
    }
}
