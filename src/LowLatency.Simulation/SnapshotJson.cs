using System.Buffers;
using System.Text.Json;
using LowLatency.Storage;

namespace LowLatency.Simulation;

/// <summary>Writes recorded rows as the JSON snapshots of market.md, section 3. Reuses one buffer; not thread-safe.</summary>
public sealed class SnapshotJson : ISnapshotWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    /// <summary>Creates a writer with a buffer of its own.</summary>
    public SnapshotJson() => _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <inheritdoc/>
    public bool IsText => true;

    /// <summary>The row as UTF-8 JSON; valid until the next call. Numbers are shortest round-trip, NaN optional members are left out, NaN reserves are null.</summary>
    public ReadOnlyMemory<byte> Write(in RecordedRow row)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _writer.WriteString("pool_id"u8, row.PoolId);
        _writer.WriteNumber("timestamp"u8, row.TimestampMs);
        Optional("price"u8, row.Price);
        Required("base_reserve"u8, row.BaseReserve);
        Required("quote_reserve"u8, row.QuoteReserve);
        Optional("volume_24h"u8, row.Volume24h);
        if (row.Pool is { } pool)
        {
            Optional("trade_fee"u8, pool.TradeFeePercent);
            _writer.WriteNumber("decimals_a"u8, pool.DecimalsA);
            _writer.WriteNumber("decimals_b"u8, pool.DecimalsB);
            _writer.WriteString("token_a_mint"u8, pool.TokenAMint);
            _writer.WriteString("token_b_mint"u8, pool.TokenBMint);
            _writer.WriteNumber("pool_open_time"u8, pool.PoolOpenTimeS);
            _writer.WriteNumber("status"u8, 6);
        }

        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Optional(ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
        {
            _writer.WriteNumber(name, value);
        }
    }

    private void Required(ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
        {
            _writer.WriteNumber(name, value);
        }
        else
        {
            _writer.WriteNull(name);
        }
    }
}
