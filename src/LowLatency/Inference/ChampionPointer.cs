using System.Text.Json.Serialization;

namespace LowLatency.Inference;

/// <summary>
/// Which version serves, and which served before it: the content of <c>champion.json</c>. One file, so that a promotion is one
/// rename. Immutable; any thread.
/// </summary>
/// <param name="Foundation">The version's name.</param>
/// <param name="ManifestSha256">SHA-256 of its manifest, which holds those of its files: the pointer vouches for every byte.</param>
/// <param name="Previous">The versions that served before, the latest first, each without predecessors of its own; null where there is none.</param>
public sealed record ChampionPointer(
    string Foundation, string ManifestSha256,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChampionPointer>? Previous = null)
{
    /// <summary>Versions that served before and are kept in mind.</summary>
    public const int MaxPrevious = 8;

    /// <summary>The pointer after another version is promoted. A version is in it once.</summary>
    public ChampionPointer PromotedTo(string version, string manifestSha256)
    {
        ChampionPointer[] previous =
            [.. (Previous ?? []).Prepend(this with { Previous = null }).Where(p => p.Foundation != version).Take(MaxPrevious)];
        return new ChampionPointer(version, manifestSha256, previous.Length == 0 ? null : previous);
    }

    /// <summary>The pointer after a rollback; null where nothing served before.</summary>
    public ChampionPointer? RolledBack() => Previous is not { Count: > 0 } ? null
        : Previous[0] with { Previous = Previous.Count == 1 ? null : [.. Previous.Skip(1)] };
}
