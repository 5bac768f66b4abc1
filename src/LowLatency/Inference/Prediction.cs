namespace LowLatency.Inference;

/// <summary>What the models say of one observation. Probabilities are calibrated.</summary>
public struct Prediction
{
    /// <summary>False where no prediction was made (no observation, or a pool still warming up); then nothing else is meaningful.</summary>
    public bool Made;

    /// <summary>The foundation's raw margin (log-odds) that the price will rise by more than 15 % within the horizon.</summary>
    public float MoonMargin;

    /// <summary>The foundation's raw margin (log-odds) that price or liquidity will halve within the horizon.</summary>
    public float RugMargin;

    /// <summary>The model that answered: <see cref="FoundationModel.Id"/>.</summary>
    public uint Model;

    /// <summary>Probability of a moon: what the entry rules use.</summary>
    public double Moon;

    /// <summary>Probability of a rug: what the entry rules use.</summary>
    public double Rug;
}
