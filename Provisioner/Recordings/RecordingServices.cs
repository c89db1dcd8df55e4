using GuacAspire.Provisioner.Guacamole;
using Microsoft.Extensions.Options;

namespace GuacAspire.Provisioner.Recordings;

internal static class RecordingServices
{
    public static IServiceCollection AddRecordings(this IServiceCollection services)
    {
        services.AddOptions<RecordingsOptions>().BindConfiguration(RecordingsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RecordingsOptions>, RecordingsOptionsValidator>();
        services.AddSingleton<RecordingFiles>().AddSingleton<RecordingIndex>().AddSingleton<RecordingCatalogue>();
        services.AddSingleton<DesktopRecording>().AddSingleton<Recorder>();
        services.AddSingleton<RecordingMetrics>();
        return services.AddSingleton<RecordingKeeper>().AddHostedService(provider => provider.GetRequiredService<RecordingKeeper>());
    }
}
