using System.Runtime.InteropServices;

namespace LowLatency.Train.LightGbm;

/// <summary>The part of LightGBM's C API that the trainer uses. Every call but the last answers 0, or -1 with <see cref="LastError"/>.</summary>
internal static class NativeLightGbm
{
    public const int Float32 = 0;
    public const int RawScore = 1;

    private const string Library = "lib_lightgbm";

    [DllImport(Library, EntryPoint = "LGBM_DatasetCreateFromMat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int DatasetCreateFromMat(
        [In] float[] data, int dataType, int rows, int columns, int isRowMajor,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string parameters, nint reference, out nint dataset);

    [DllImport(Library, EntryPoint = "LGBM_DatasetSetField")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int DatasetSetField(
        nint dataset, [MarshalAs(UnmanagedType.LPUTF8Str)] string field, [In] float[] values, int count, int dataType);

    [DllImport(Library, EntryPoint = "LGBM_DatasetFree")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int DatasetFree(nint dataset);

    [DllImport(Library, EntryPoint = "LGBM_BoosterCreate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int BoosterCreate(nint dataset, [MarshalAs(UnmanagedType.LPUTF8Str)] string parameters, out nint booster);

    [DllImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int BoosterUpdateOneIter(nint booster, out int isFinished);

    [DllImport(Library, EntryPoint = "LGBM_BoosterSaveModelToString")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int BoosterSaveModelToString(
        nint booster, int startIteration, int iterations, int importanceType, long capacity, out long length, [Out] byte[] text);

    [DllImport(Library, EntryPoint = "LGBM_BoosterPredictForMat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int BoosterPredictForMat(
        nint booster, [In] float[] data, int dataType, int rows, int columns, int isRowMajor, int predictType,
        int startIteration, int iterations, [MarshalAs(UnmanagedType.LPUTF8Str)] string parameters, out long length, [Out] double[] result);

    [DllImport(Library, EntryPoint = "LGBM_BoosterFree")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern int BoosterFree(nint booster);

    [DllImport(Library, EntryPoint = "LGBM_GetLastError")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    public static extern nint LastError();
}
