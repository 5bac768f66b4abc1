namespace LowLatency.Train;

/// <summary>Training cannot go on, or its result may not be used; the message is for the person who started it.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>Says what is wrong and what to do.</summary>
    public TrainingException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
