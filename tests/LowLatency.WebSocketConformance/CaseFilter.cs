namespace LowLatency.WebSocketConformance;

/// <summary>Patterns of case ids with commas between them; a pattern that ends in * takes what begins like it.</summary>
internal sealed class CaseFilter(string patterns)
{
    private readonly string[] _patterns = patterns.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Nothing is left out.</summary>
    public bool TakesAll => _patterns.Contains("*");

    public bool Takes(string id) => _patterns.Any(pattern => pattern.EndsWith('*') ? id.StartsWith(pattern[..^1], StringComparison.Ordinal) : id == pattern);
}
