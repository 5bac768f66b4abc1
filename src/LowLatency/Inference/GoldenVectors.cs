using System.Buffers.Binary;
using LowLatency.Features;

namespace LowLatency.Inference;

/// <summary>
/// Inputs with the margins they must give: the content of <c>golden.bin</c>. No header; the manifest's hash vouches for
/// the bytes. Immutable after it is filled; any thread may read.
/// </summary>
public sealed class GoldenVectors
{
    /// <summary>Bytes of one vector: the features and the two margins, 4 bytes each.</summary>
    public const int BytesPerVector = (FeatureSchema.Count + 2) * sizeof(float);

    /// <summary>The layout, as the manifest states it.</summary>
    public static string Layout { get; } =
        $"per vector {FeatureSchema.Count + 2} little-endian float32: {FeatureSchema.Count} features in schema order (NaN = missing), moon margin, rug margin";

    /// <summary>Largest difference of a probability that counts as the same answer.</summary>
    public const double Tolerance = 1e-6;

    private readonly byte[] _bytes;

    /// <summary>Takes the bytes over.</summary>
    /// <exception cref="ArgumentException">Empty, or not a whole number of vectors.</exception>
    public GoldenVectors(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length == 0 || bytes.Length % BytesPerVector != 0)
        {
            throw new ArgumentException($"{bytes.Length} bytes are not a whole number of {BytesPerVector}-byte vectors", nameof(bytes));
        }

        _bytes = bytes;
    }

    /// <summary>Number of vectors.</summary>
    public int Count => _bytes.Length / BytesPerVector;

    /// <summary>Copies the features of a vector out, and gives its margins.</summary>
    public (float Moon, float Rug) Read(int index, Span<float> features)
    {
        ReadOnlySpan<byte> vector = _bytes.AsSpan(index * BytesPerVector, BytesPerVector);
        for (int i = 0; i < FeatureSchema.Count; i++)
        {
            features[i] = BinaryPrimitives.ReadSingleLittleEndian(vector[(i * sizeof(float))..]);
        }

        return (BinaryPrimitives.ReadSingleLittleEndian(vector[(FeatureSchema.Count * sizeof(float))..]),
            BinaryPrimitives.ReadSingleLittleEndian(vector[((FeatureSchema.Count + 1) * sizeof(float))..]));
    }

    /// <summary>Writes one vector.</summary>
    /// <param name="destination">At least <see cref="BytesPerVector"/> bytes.</param>
    /// <param name="features">The features.</param>
    /// <param name="moon">The expected moon margin.</param>
    /// <param name="rug">The expected rug margin.</param>
    public static void Write(Span<byte> destination, ReadOnlySpan<float> features, float moon, float rug)
    {
        for (int i = 0; i < FeatureSchema.Count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(destination[(i * sizeof(float))..], features[i]);
        }

        BinaryPrimitives.WriteSingleLittleEndian(destination[(FeatureSchema.Count * sizeof(float))..], moon);
        BinaryPrimitives.WriteSingleLittleEndian(destination[((FeatureSchema.Count + 1) * sizeof(float))..], rug);
    }
}
