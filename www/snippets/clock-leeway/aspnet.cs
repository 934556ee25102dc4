// Accepts tokens for up to a minute more, for clocks that are a little off (RFC 7519 §4.1.4); five minutes are the default.
// In Program.cs, before `builder.Build()`:
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
{
    options.Authority = "https://id.example";
    options.Audience = "app.example";
    options.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
});
