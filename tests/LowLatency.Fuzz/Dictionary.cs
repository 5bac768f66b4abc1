namespace LowLatency.Fuzz;

/// <summary>Words of the formats, and values at the edges of their types.</summary>
internal static class Dictionary
{
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "null", "true", "false", "{}", "[]", "\"\"", "0", "00", "-0", "-1", "1.0", "1e3", "1e999", "-1e-999", "0.1e+2", "9007199254740993",
            "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "99999999999999999999999999",
            ",", ":", "{", "}", "[", "]", "\"", "\\", "\\u0041", "\\ud800", "\\/", "\\\"", " ", "\t", "\n", "==", "=", "{\"a\":[", "[[[[[[[[",
            "\"pool_id\":", "\"poolId\":", "\"timestamp\":", "\"price\":", "\"base_reserve\":", "\"quote_reserve\":", "\"volume_24h\":", "\"trade_fee\":",
            "\"decimals_a\":", "\"decimals_b\":", "\"token_a_mint\":", "\"token_b_mint\":", "\"pool_open_time\":", "\"status\":", "\"slot\":",
            "\"tvl\":", "1750000000000", "So11111111111111111111111111111111111111112", "11111111111111111111111111111111",
            "40", "41", "42", "43", "44", "45", "/pools,", "[\"pool_update\",", "[\"pool_status_6\",", "\"data\":", "\"pingInterval\":", "\"pingTimeout\":",
            "\"jsonrpc\":\"2.0\"", "\"method\":", "\"params\":", "\"result\":", "\"error\":", "\"id\":", "\"context\":", "\"value\":", "\"pubkey\":",
            "\"account\":", "\"lamports\":", "\"owner\":", "\"base64\"", "\"base64+zstd\"", "\"executable\":false", "\"rentEpoch\":", "\"space\":",
            "\"subscription\":", "\"signature\":", "\"err\":null", "\"logs\":", "\"Program log: ray_log: ", "\"parent\":", "\"root\":",
            "programNotification", "accountNotification", "logsNotification", "slotNotification", "transactionNotification",
            "\n!a\n", "\n!A\n", "\n!r\n", "\n!i\n", "\n!c\n", "\n!b\n", "\n!x\n",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0x81, 0x00], [0x01, 0x00], [0x80, 0x00], [0x82, 0x7E], [0x81, 0x7F], [0xC1, 0x01], [0x88, 0x02, 0x03, 0xE8], [0x89, 0x00], [0x8A, 0x7D],
        [0x00, 0x00, 0xFF, 0xFF], [0x03, 0x00], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xFF],
        [0x9E], [0xDC, 0x00, 0x0E], [0xDD, 0x00, 0x00, 0x00, 0x0E], [0xC0], [0xC4, 0x20], [0xD9, 0x2C], [0xDA, 0x00, 0x2C], [0xCB], [0xCA], [0xCF], [0xD3],
    ];

    public static ReadOnlySpan<byte> Pick(Random random) => Words[random.Next(Words.Length)];
}
