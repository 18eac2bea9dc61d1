@echo off
rem Starts ..\lib\mcpflux.jar with the Java of JAVA_HOME, or with the one on the PATH.
setlocal
set "MCPFLUX_JAVA=java.exe"
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "MCPFLUX_JAVA=%JAVA_HOME%\bin\java.exe"
where /q "%MCPFLUX_JAVA%" 2>nul
if errorlevel 1 if not exist "%MCPFLUX_JAVA%" goto missing
"%MCPFLUX_JAVA%" -XX:TieredStopAtLevel=1 -jar "%~dp0..\lib\mcpflux.jar" %*
set "MCPFLUX_CODE=%ERRORLEVEL%"
if not "%MCPFLUX_CODE%"=="1" exit /b %MCPFLUX_CODE%
rem an older Java ends with 1 as well, and does not know this option
"%MCPFLUX_JAVA%" --enable-native-access=ALL-UNNAMED -version >nul 2>&1
if errorlevel 1 goto missing
exit /b 1

:missing
echo mcpflux: Java 17 or newer is needed, and neither JAVA_HOME nor the PATH has one 1>&2
echo Install one, as from https://adoptium.net, or set JAVA_HOME to its directory. 1>&2
exit /b 2
